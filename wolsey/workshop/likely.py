"""How likely something is, in the words of the project's one printed scale, always beside the count of
runs."""

from typing import Final

from experiments import likelihood
from experiments.likelihood import GAP_RULE, SCALE, SOURCE

FEW: Final = 100
"""Runs below which only the middle words are used: none of 20 runs is compatible with one in six."""
_WORDS: Final = [words for _, _, words in SCALE]
_MIDDLE: Final = slice(_WORDS.index("unlikely"), _WORDS.index("likely") + 1)
OPEN: Final = "cannot be decided"
EXPLORING: Final = (
    f"The scale is {SOURCE}. {GAP_RULE} Fewer than {FEW} runs are for exploring: then only the middle words "
    "are used."
)


def word(reached: int, runs: int) -> str:
    """The word for a count of runs, at least one. The middle ones alone where runs are few."""
    found = likelihood.word(reached / runs)
    if runs >= FEW:
        return found
    middle = _WORDS[_MIDDLE]
    return found if found in middle else middle[0 if _WORDS.index(found) < _MIDDLE.start else -1]


def count(reached: int, runs: int) -> str:
    """`14 of 20 runs`, `none of our 20 runs`, `all 20 runs`."""
    if reached == 0:
        return f"none of our {runs} runs"
    return f"all {runs} runs" if reached == runs else f"{reached} of {runs} runs"


def said(reached: int, undecided: int, runs: int) -> str:
    """`likely (14 of 20 runs)`, of the runs that decide it."""
    decided = runs - undecided
    if not decided:
        return OPEN
    more = f", {undecided} undecided" if undecided else ""
    return f"{word(reached, decided)} ({count(reached, decided)}{more})"


def scale_words() -> list[dict[str, str]]:
    """The scale as a table: word, and the counts of 100 runs that it stands for."""
    return [
        {"word": words, "runs": f"{round(100 * low)} to {round(100 * high)} in 100 runs"}
        for low, high, words in SCALE
    ]
