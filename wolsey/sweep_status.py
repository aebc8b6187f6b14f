"""The verb `status`: how far a sweep is, and what else its folder holds. It writes nothing."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.draws import Draws
from experiments.study import Study
from experiments.study_file import studies
from experiments.study_folder import Standing, Swept, results_folder, standing, swept_study
from model import files
from model.errors import InputError
from wolsey.running import shown
from wolsey.sweep_words import standing_told


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; None is what was not given."""

    study: str | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False


def show_status(options: Options) -> None:
    """Prints how a study stands, or every one that has been swept into the usual folder. Raises
    InputError."""
    if options.study is None:
        if options.out is not None or options.runs is not None:
            raise InputError("say which study is meant: --out and --runs are of one")
        found = [(swept, of(swept)) for swept in _all_swept()]
    else:
        swept = swept_study(options.study, options.out, options.runs)
        found = [(swept, of(swept))]
    if options.as_json:
        print(json.dumps([_as_json(swept, each) for swept, each in found], ensure_ascii=False, indent=2))
    elif not found:
        print(f"No study has been swept yet. Studies: {', '.join(files.names(studies()))}.")
    else:
        print("\n\n".join(standing_told(swept.study, each, shown(swept.path)) for swept, each in found))


def of(swept: Swept) -> Standing:
    """How a study stands. Raises InputError."""
    plan = swept.study.plan(Draws.of(swept.study.place))
    if not swept.there:
        return Standing(len(set(plan.keys.values())), 0, (), 0, 0, ())
    return standing(plan, swept.store(lock=False))


def _all_swept() -> list[Swept]:
    """The studies by name that have a folder; folders of a study that has been changed since are of another
    key, and not among them."""
    if not results_folder().is_dir():
        return []
    return [swept for name in files.names(studies()) if (swept := swept_study(name)).there]


def _as_json(swept: Swept, found: Standing) -> dict[str, object]:
    study: Study = swept.study
    return {"study": study.name, "key": study.key(), "folder": str(swept.path), **asdict(found)}
