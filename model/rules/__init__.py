"""The science: pure functions of plain arrays, one file a subject.

A rule holds no state and draws no chance (a draw comes in as an argument), so it can be tested on one child,
plotted in a notebook and explained. Units stand in the docstrings; sources stand in the parameter records
that callers pass.
"""
