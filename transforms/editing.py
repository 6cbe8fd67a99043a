"""An edit is how a step changes text: it names a span and what takes its place, and one function applies it.

A step that changes text is an *editor*: a column of texts in, a table of edits (`schemas.edits.BATCH_EDITS`) out. No
step builds text by itself, so the audit follows for free and every change can be undone.

- `edits`: build a table of edits from columns
- `apply`: texts and edits in, edited texts out
- `difference`: the edits that lead from one text to another, as small as can be
- `audit`: the rows of `edits/` for a chain of steps
- `undo`: the rows of `edits/` of one story, undone

Spans are byte offsets into UTF-8, sorted by row and start, and do not overlap; characters are counted only where the
audit is written.
"""
