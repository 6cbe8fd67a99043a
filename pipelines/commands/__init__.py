"""One module a command of `copydesk`, each with a `command`; `pipelines.cli` lists them and loads the one asked for.

They parse, call and print: the work is done by the modules beside this folder and by `transforms`.
"""
