"""The workshop page: a board moves levers and sees what becomes of a town's children.

`levers` and `plans` say what is done, `engine` lives it in worker processes, `view` puts it into the page's
words and numbers, `web` hands it out, `page` shows it.
"""
