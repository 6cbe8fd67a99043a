"""One module a dataset: its Arrow schema, what each column means, its version; `datasets` has them all.

Settings are a schema, too; nothing is imported here, so that the command line has them without Arrow.
"""
