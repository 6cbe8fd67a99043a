"""Characters that a terminal or a browser obeys instead of showing them: what shows text tells them by number."""

from __future__ import annotations

import re

# Control characters but tab and line feed, and marks that turn the direction of text.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
