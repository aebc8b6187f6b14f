"""How likely something is, in the words of the project's one printed scale, always beside the count of
runs."""

from typing import Final

from experiments.goals.likelihood import GAP_RULE, SCALE, SOURCE, word

FEW: Final = 100
"""Runs below which there are counts alone, and no word: 20 runs cannot tell one word from the next."""
OPEN: Final = "cannot be decided"
EXPLORING: Final = (
    f"The scale is {SOURCE}. {GAP_RULE} Fewer than {FEW} runs are for exploring: then there are counts "
    "alone, and no words."
)


def count(reached: int, runs: int) -> str:
    """`14 of 20 runs`, `none of our 20 runs`, `all 20 runs`."""
    if reached == 0:
        return f"none of our {runs} runs"
    return f"all {runs} runs" if reached == runs else f"{reached} of {runs} runs"


def said(reached: int, undecided: int, runs: int) -> str:
    """`likely (130 of 200 runs)`, of the runs that decide it; of fewer than FEW the count alone."""
    decided = runs - undecided
    if not decided:
        return OPEN
    counted = count(reached, decided) + (f", {undecided} undecided" if undecided else "")
    return counted if decided < FEW else f"{word(reached / decided)} ({counted})"


def scale_words() -> list[dict[str, str]]:
    """The scale as a table: word, and the counts of 100 runs that it stands for."""
    return [
        {"word": words, "runs": f"{round(100 * low)} to {round(100 * high)} in 100 runs"}
        for low, high, words in SCALE
    ]
