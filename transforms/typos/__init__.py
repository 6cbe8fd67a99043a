"""Typing errors: repaired where that is sure, left alone where it is not.

A spell checker that corrects what it does not know ruins a newspaper archive: names, coinages, dialect and foreign
words are unknown to every dictionary. So an unknown word is a suspect, no more. What it could have been meant to be,
how such a slip happens, what the page says elsewhere and what the words around it say is weighed by a trained score,
and only what is nearly certain is changed.

    corrector = load(Options())
    edits = correct(pa.array(["The goverment fell."]), pa.array(["en"]), corrector)

- `tokens`: words as columns
- `lexicon`, `neighbours`, `forms`, `context`: what words there are, which are a slip away, what looks like a word, what
  stands side by side
- `passage`, `evidence`, `surroundings`: a batch looked up, and what speaks for and against a correction, as integers
- `memory`: what was found for spellings, kept
- `realword`: words that exist and stand in the wrong place
- `score`: the trained decision
- `protection`: what is never touched
- `corrector`: the editor, made of these
"""

from transforms.typos.corrector import RULES, Corrector, Options, correct, load

__all__ = ["RULES", "Corrector", "Options", "correct", "load"]
