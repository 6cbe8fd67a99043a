"""Tell which language a page is written in: langdetect's model, a whole batch in one pass.

- `detect`: texts in; languages and scores out
- `model.load`: the profiles that langdetect brings, as tables of integers

langdetect draws a page's n-grams at random, over and over, until one of 55 languages is more than 99.999% sure, seven
times: 100 to 350 pages a second. Here all n-grams of a bounded sample are added up, once for each distinct word of
the batch, so there is no chance in it and the answers agree where langdetect is sure of its own.
"""

from transforms.language.score import UNKNOWN, detect

__all__ = ["UNKNOWN", "detect"]
