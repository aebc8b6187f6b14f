"""Goals assessed over runs: reached or not, how likely, in which words."""
