"""The verb `trials`: published trials re-run inside the model, beside what was published."""

import json
import textwrap
from collections.abc import Sequence
from typing import Final

from experiments.runs.progress import bar
from experiments.text import rounded, table
from experiments.trials.trials import OutcomeResult, TrialCase, TrialResult, case_names, load_case, run_trial
from model.io.errors import InputError

WIDTH: Final = 110
CAVEAT: Final = (
    "This verifies that what went in comes out of the trials' own designs. It validates nothing: the "
    "programmes' cards were made from these trials."
)
_LEGEND: Final = (
    "Published: estimate and 95% interval. In the town: what the programme truly did to the treated "
    "children, against a life of theirs in which nobody was treated. Re-run: mean of the trial's own "
    "estimates over the runs, and the standard error of that mean. One run: half of a single trial's "
    "95% interval. Comes out: whether the mean lies in the published interval; and for a null, in how "
    "many runs the interval includes zero, which it should in 19 of 20."
)
_HEAD: Final = ("trial and outcome", "published", "in the town", "re-run", "one run", "comes out")


def run_trials(names: Sequence[str], seeds: int | None = None, as_json: bool = False) -> bool:
    """Return the re-runs trials and prints what came out; whether all came out as published.

    Args:
        names: cases, by name or path; all that there are where none is given.
        seeds: runs of each, in place of the case's own number.

    Raises:
        InputError: a case cannot be used, or fewer than one run is asked for.
    """
    if seeds is not None and seeds < 1:
        raise InputError("must be at least 1", at="--seeds", value=seeds)
    cases = [load_case(name) for name in names or case_names()]
    results = []
    for case in cases:
        try:
            with bar(case.name) as progress:
                results.append(run_trial(case, range(seeds or case.seeds), progress))
        except InputError as error:
            raise error.inside(case.name) from None
    print(_as_json(results) if as_json else "\n".join(_lines(results)))
    return all(result.good for result in results)


def _lines(results: Sequence[TrialResult]) -> list[str]:
    rows: list[tuple[str, ...]] = []
    for result in results:
        rows.append((result.case.name, *[""] * (len(_HEAD) - 1)))
        rows += [_row(each) for each in result.outcomes]
    lines = [*table([_HEAD, *rows], rule=True), "", *_wrapped(_LEGEND), ""]
    for result in results:
        lines += _effect_of(result.case, result)
    return [*lines, "", *_wrapped(CAVEAT)]


def _row(each: OutcomeResult) -> tuple[str, ...]:
    p = each.outcome.published
    places = 3 if p.unit == "SD" else 2
    comes_out = "yes" if each.inside else "NO"
    if each.outcome.null:
        comes_out += f", zero in {each.with_zero} of {len(each.estimates)}"
        comes_out += "" if each.null_stays else ": NO"
    one = (each.highs - each.lows).mean() / 2
    return (
        f"  {each.outcome.name}",
        f"{p.estimate:.{places}f} ({p.low:.{places}f} to {p.high:.{places}f}) {p.unit}",
        f"{rounded(each.in_town.mean(), places)}",
        f"{rounded(each.mean, places)} ± {each.mean_error:.{places}f}",
        f"± {one:.{places}f}",
        comes_out,
    )


def _effect_of(case: TrialCase, result: TrialResult) -> list[str]:
    """Return which effect went in, under whose conditions, on how many."""
    first = result.outcomes[0]
    counts = f"{len(result.seeds)} runs of {first.children.mean():,.0f} children, "
    drawn = {"school": "schools", "child": "children", "ward": "wards"}[case.sample.randomised]
    counts += (
        f"{drawn} drawn by lot"
        if drawn == "children"
        else f"{first.clusters.mean():.0f} {drawn} drawn by lot"
    )
    used = "the card's own effect" if case.effect.used == "card" else "the effect as published"
    head = (
        f"{case.name}: {used}, {case.effect.conditions} conditions; {counts}; town of scale {result.scale:g}."
    )
    return [*_wrapped(head), *_wrapped(case.effect.note, "  ")]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _as_json(results: Sequence[TrialResult]) -> str:
    trials = [
        {
            "trial": result.case.name,
            "title": result.case.title,
            "source": result.case.source,
            "effect": result.case.effect.used,
            "conditions": result.case.effect.conditions,
            "card": result.case.effect.card,
            "scale": result.scale,
            "seeds": list(result.seeds),
            "outcomes": json.loads(result.frame().drop(columns="trial").to_json(orient="records")),
        }
        for result in results
    ]
    return json.dumps({"note": CAVEAT, "trials": trials}, indent=2)
