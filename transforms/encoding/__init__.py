"""Repair text that was decoded, escaped or stored wrongly, and leave all other text alone.

- `repair`: texts in, a table of edits out; `repair_line` does the same for one line of one text
- `suspect`: which texts are still garbage afterwards

The repairs are ftfy's, in a configuration that alters no clean text (curly quotes, ligatures and full-width letters
stay), and those of `context`, for damage that ftfy leaves. ftfy's own test for damage takes 370 ms a MB; so `screen`
asks the same question of a whole column at once with RE2, in 5, and only lines that fail it are looked at one by one.
"""

from transforms.encoding.columns import repair, suspect
from transforms.encoding.line import repair_line

__all__ = ["repair", "repair_line", "suspect"]
