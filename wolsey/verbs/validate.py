"""The verb `validate`: towns lived with draws of the posterior, scored on what was fitted and on what was
held out; tables printed, a page, pictures and Parquet written."""

import json
import math
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from calibration.identify import facts_of, informed
from calibration.posterior import Posterior
from calibration.predict import Setting, scenario_of
from calibration.validation import shipped as validated
from calibration.validation import validate
from calibration.validation.score import table
from calibration.validation.score_card import Scores, scores
from calibration.validation.shipped import Validated
from calibration.validation.validate import BEST, Predictive, TownTask, ValidationStore
from experiments.records import records
from experiments.runs.draws import ParameterDraws
from experiments.runs.manifest import SHORT, Manifest, command_line
from experiments.runs.processes import checked_workers, processes
from experiments.runs.progress import bar
from experiments.runs.report_folder import Folder, parquet, results_folder
from experiments.text import as_json
from experiments.text import table as text_table
from experiments.validation import text as words
from experiments.validation.figure import pictures
from experiments.validation.page import page
from experiments.validation.text import ScoreTable
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_file import is_path
from model.inputs.place_name import place_called, short_name
from model.io.errors import InputError
from model.io.files import DEFAULT_PLACE
from model.scenario.scenario import Scenario
from wolsey.verbs.making import ended, print_json, shown, tell_written

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = {
    "validate": "html",
    "scores": "parquet",
    "draws": "parquet",
    "numbers": "parquet",
    "manifest": "json",
    **dict.fromkeys(("series", "heldout", "fitted", "patterns", "identifiability", "profiles"), "png"),
}
"""What a folder of validations holds, besides the folder of finished lives."""
PICTURES: Final = {"numbers": "identifiability"}
"""Pictures whose file has another name, for there is a table of the same."""
WIDTH: Final = 110


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """What the user asked for; None is what was not given."""

    draws: int = validate.USUAL_DRAWS
    place: str = DEFAULT_PLACE
    scale: float = 1.0
    workers: int | None = None
    out: Path | None = None
    as_json: bool = False
    posterior: Path | None = None
    ship: bool = False

    def __post_init__(self) -> None:
        if self.ship and (self.scale != 1.0 or self.posterior is not None):
            problem = (
                "only the whole town under the posterior that ships: leave out --scale, --posterior or --ship"
            )
            raise InputError(problem, at="--ship")


@dataclass(frozen=True)
class Validation:
    """What came out: the score card, what the data say of each number, the towns, and what made it."""

    card: Scores
    numbers: "pd.DataFrame"
    found: Predictive
    posterior: Posterior
    manifest: Manifest
    warning: str


def validate_place(options: ValidateOptions) -> None:
    """Let live the towns, writes the results and prints the score card.

    Raises:
        InputError: there is no posterior, it is of other numbers, or something that the user gave cannot be
            used; nothing is lived then.
        SystemExit: a worker died (1). KeyboardInterrupt: the user stopped it. Finished lives are kept.
    """
    place = place_called(options.place, "--place") if is_path(options.place) else options.place
    posterior = Posterior.load(place, options.posterior)
    base = Parameters.load(place=place)
    numbers = informed(posterior, base)
    draws = validate.chosen_draws(posterior, options.draws)
    if options.workers is not None:
        checked_workers(options.workers)
    setting = validate.setting_of(posterior, options.scale)
    scenario = checked_scenario(setting)
    key = validate.key_of(posterior, setting)
    path = options.out or results_folder("validate") / f"{short_name(place)}-{key[:SHORT]}"
    folder = Folder.opened(path, key, KINDS)
    warning = posterior.warning(base)
    if warning:
        print(f"wolsey: WARNING: {warning}", file=sys.stderr)
    lives = validate.all_lives(posterior, setting, draws)
    seeds = sorted({life.seed for life in lives})
    made = Manifest.of(scenario, seeds, command_line(), (BEST, *draws), ParameterDraws(place, posterior))
    manifest = replace(made, key=key, note=warning)
    found = lived(lives, ValidationStore(folder.runs, key), options.workers)
    rows = table(found, place, facts_of(posterior)["luck_sd"])
    result = Validation(scores(rows), numbers, found, posterior, manifest, warning)
    written = report(folder, result)
    if options.ship:
        shipped(result)
    if options.as_json:
        print_json(document(result, written))
        return
    print("\n".join(lines(result)))
    tell_written(folder, written)


def checked_scenario(setting: Setting) -> Scenario:
    """Return the town's own history at this size. Raises InputError where the size cannot be."""
    try:
        return scenario_of(setting, "local")
    except InputError as error:
        raise error.inside("--scale") from None


def lived(lives: Sequence[TownTask], store: ValidationStore, workers: int | None) -> Predictive:
    """Return the towns: those that the store holds, and the others lived and added to it."""
    found = store.found(lives)
    if all(life.name in found for life in lives):
        return validate.together(lives, found)

    def left() -> str:
        kept = (
            f"{len(store.found(lives))} of {len(lives)} runs are finished and kept in {shown(store.folder)}"
        )
        return f"{kept}; the same command again makes the others."

    with (
        ended(left),
        bar(f"{lives[0].setting.place}, to {lives[0].setting.until}") as progress,
        processes(workers) as executor,
    ):
        return validate.predictive(lives, store, executor, progress)


def report(folder: Folder, result: Validation) -> Mapping[str, str]:
    """Write all files of a report under the next free number; returns their paths by kind."""
    kept, effective = facts_of(result.posterior), float(result.posterior.manifest["effective"])
    as_json = result.manifest.as_json()
    images = pictures(result.card, result.numbers, kept["weakest"], as_json)
    title = Place.load(result.manifest.place).title
    whole = page(title, result.card, result.numbers, kept, effective, images, made_by(result))
    contents: dict[str, bytes] = {
        "manifest": result.manifest.as_json(indent=2).encode(),
        "scores": parquet(_arrow(result.card.rows), result.manifest),
        "draws": parquet(drawn(result.found), result.manifest),
        "numbers": parquet(_arrow(result.numbers), result.manifest),
        **{PICTURES.get(name, name): image for name, image in images.items()},
        "validate": whole.encode(),
    }
    return folder.report(contents)


def shipped(result: Validation) -> Path:
    """Replace the score card that ships with the product; returns its path."""
    card, posterior = result.card, result.posterior
    verdict = tuple(words.verdict(card, float(posterior.manifest["effective"])))
    made, place = result.manifest.made[:10], result.manifest.place
    path = validated.path(place)
    aside = path.with_suffix(".part")
    path.parent.mkdir(exist_ok=True)
    aside.write_text(Validated.of(place, posterior.digest(), made, verdict, card).as_json())
    aside.replace(path)
    return path


def drawn(found: Predictive) -> pa.Table:
    """Return a row a draw and observation: what its town says. Draw 0 is the best fit's towns, which differ
    by chance."""
    draws = [*found.draws, *([BEST] * len(found.chance))]
    ids = [each.id for each in found.observations]
    values = [float(value) for row in (*found.drawn, *found.chance) for value in row]
    columns = {
        "draw": [draw for draw in draws for _ in ids],
        "observation": ids * len(draws),
        "value": [None if math.isnan(value) else value for value in values],
    }
    return pa.table(columns)


def _arrow(frame: "pd.DataFrame") -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def made_by(result: Validation) -> list[str]:
    """Return what made it, a sentence each."""
    manifest, kept = result.manifest, result.posterior.manifest
    fitted = len(result.card.rows[result.card.rows["role"] == "fit"])
    size = "" if result.found.scale == 1 else f" Reduced or enlarged towns: scale {result.found.scale:g}."
    return [
        f"Wolsey {manifest.wolsey}{f', commit {manifest.commit[:8]}' if manifest.commit else ''}"
        f"{' with changes' if manifest.dirty else ''}; key {manifest.key[:SHORT]}, {manifest.made[:10]}.",
        f"{len(result.found.draws)} draws of the posterior, each one town under history as it happened and "
        f"one like England; {len(result.found.chance)} more of the best fit show what is chance.{size}",
        f"The posterior: {kept['kept']} draws, {kept['effective']:.0f} effective, fitted to {fitted} figures "
        f"up to {kept['until']}.",
        *([result.warning] if result.warning else []),
        "Everybody in the model is synthetic.",
    ]


def lines(result: Validation) -> list[str]:
    """Return the score card as plain text; its tables are as wide as they must be, and never cut."""
    card, kept = result.card, facts_of(result.posterior)
    numbers = result.numbers
    outside = card.patterns[~card.patterns["in90"]]
    sections = [
        [
            line
            for each in words.verdict(card, float(result.posterior.manifest["effective"]))
            for line in _wrapped(each, "- ", "  ")
        ],
        _wrapped(words.given(card.rows)),
        _lines(words.held_out_table(card)),
        _wrapped(words.ERRORS_ARE),
        _lines(words.skill_table(card.skill)),
        _wrapped(words.SKILL_IS),
        _lines(words.coverage_table(card.coverage)),
        _lines(words.fit_table(card)),
        _lines(words.figures_table(card.fitted, "Fitted figures")),
        _lines(words.figures_table(outside, f"Patterns outside their 90% band (of {len(card.patterns)})")),
        _wrapped(words.informed_words(numbers, kept)),
        _lines(words.numbers_table(numbers[numbers["layer"] == "local"], "The town's own numbers")),
        _lines(words.weakest_table(kept["weakest"])),
        _wrapped(" ".join(made_by(result))),
    ]
    said: list[str] = []
    for section in sections:
        said += [*section, ""]
    return said[:-1]


def _wrapped(text: str, first: str = "", later: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later)


def _lines(found: ScoreTable) -> list[str]:
    rows = [found.heads, *found.rows]
    return [found.caption, *text_table(rows, right=slice(found.numbers_from, None), rule=True)]


def document(result: Validation, written: Mapping[str, str]) -> dict[str, Any]:
    """Return the score card as one JSON object; figures that there are none of are null."""
    card = result.card
    return {
        "verdict": words.verdict(card, float(result.posterior.manifest["effective"])),
        "fit": {
            "within_2_sd": card.within,
            "mean_square": card.square,
            "series_error": card.series_error,
            "series": dict(card.series),
        },
        "coverage": list(records(card.coverage, "pool n in50 in90 good")),
        "skill": as_json(records(card.skill, "pool against n model naive=other skill closer lost")),
        "figures": _records(card.rows),
        "numbers": _records(result.numbers),
        "weakest": facts_of(result.posterior)["weakest"],
        "warning": result.warning,
        "manifest": json.loads(result.manifest.as_json()),
        "written": dict(written),
    }


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(frame.to_json(orient="records"))
    return found
