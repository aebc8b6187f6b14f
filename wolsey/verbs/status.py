"""The verb `status`: how far a sweep is, and what else its folder holds. It writes nothing."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from experiments.runs.draws import ParameterDraws
from experiments.runs.processes import processors
from experiments.runs.progress import in_words
from experiments.runs.report_folder import results_folder
from experiments.runs.time_estimate import roughly
from experiments.studies.folder import SweepStatus, Swept, sweep_status, swept_study
from experiments.studies.study_file import studies
from experiments.text import counted
from model.io import files
from model.io.errors import InputError
from wolsey.verbs.making import places_asked, print_json, shown
from wolsey.verbs.sweep_text import command_of, format_status


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """What the user asked for; None is what was not given."""

    study: str | None = None
    runs: str | None = None
    out: Path | None = None
    as_json: bool = False
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stands:
    """A study, how it stands, the seconds that its missing runs may take here, the command that makes them,
    and what a reader must know about the numbers."""

    swept: Swept
    found: SweepStatus
    seconds: float
    command: str
    note: str

    def told(self) -> str:
        """Format in plain lines."""
        time = f"roughly {in_words(self.seconds)} on {counted(processors(), 'processor')}"
        told = format_status(self.swept.study, self.found, shown(self.swept.path), self.command, time)
        return f"{told}\n  {self.note}" if self.note else told

    def as_json(self) -> dict[str, object]:
        """Return as `json.dumps` takes it."""
        study = self.swept.study
        about = {"study": study.name, "key": study.key(), "folder": str(self.swept.path)}
        return {**about, **asdict(self.found), "seconds": round(self.seconds, 1), "note": self.note}


def show_status(options: StatusOptions) -> None:
    """Print how a study stands, or every one that has been swept into the usual folder. Raises InputError."""
    if options.study is not None:
        swept = swept_study(options.study, options.out, options.runs, places_asked(options.places))
        found = [of(swept, command_of("sweep", options.study, options.out, options.runs, options.places))]
    elif options.out is not None or options.runs is not None:
        raise InputError("say which study is meant: --out and --runs are of one")
    else:
        found = [of(swept, command_of("sweep", swept.study.name, None, None)) for swept in _by_name()]
    if options.as_json:
        print_json([each.as_json() for each in found])
        return
    lines = [each.told() for each in found]
    if options.study is None:
        lines += _not_by_name({each.swept.path for each in found})
    none = f"No study has been swept yet. Studies: {', '.join(files.names(studies()))}."
    print("\n\n".join(lines) or none)


def of(swept: Swept, command: str) -> Stands:
    """Return how a study stands, of which `command` makes the missing runs. Raises InputError."""
    numbers = ParameterDraws.of(swept.study.place)
    plan = swept.study.plan(numbers)
    wanted = frozenset(plan.keys.values())
    if not swept.there:
        return Stands(
            swept,
            SweepStatus(len(wanted), 0, (), 0, 0, ()),
            roughly(plan, wanted, processors()),
            command,
            numbers.note,
        )
    store = swept.store(lock=False)
    seconds = roughly(plan, wanted - store.keys(), processors())
    return Stands(swept, sweep_status(plan, store), seconds, command, numbers.note)


def _by_name() -> list[Swept]:
    """Return the studies by name that have a folder."""
    return [swept for name in files.names(studies()) if (swept := swept_study(name)).there]


def _not_by_name(known: Collection[Path]) -> list[str]:
    """Return a line of the folders that no study by name has: of one by its file, or of one that was changed
    since."""
    there = results_folder("sweep").glob("*/") if results_folder("sweep").is_dir() else ()
    others = [shown(path) for path in sorted(there) if path not in known]
    if not others:
        return []
    return [f"Of other files, or of studies changed since (`wolsey status FILE` tells): {', '.join(others)}"]
