"""`report.html`: what a run did, for people, in one file that needs nothing else.

- `tally`: what only the steps see, counted while a unit is cleaned
- `samples`: pages and clusters picked by hash, read back from the unit's files
- `facts`: everything that the report shows
- `page`: the facts as HTML
"""
