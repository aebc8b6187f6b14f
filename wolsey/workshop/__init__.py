"""The workshop page: a board moves levers and sees what becomes of a town's children.

`levers` and `plans` say what is done, `trunks` and `lives` live it in worker processes, `crew` and `runs`
share the work out, `summary`, `goals` and `difference` put it into the page's words and numbers, `server`
hands it out.
"""
