"""The folder of an answer: finished runs in `runs`, and a folder for each report, `report`, `report-2`, ...;
nothing is overwritten."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from experiments.reach.findings import Findings
from experiments.reach.question import Question
from experiments.report.build import html, tables
from experiments.runs.keys import key_of, scenario_key
from experiments.runs.manifest import Manifest
from experiments.runs.report_folder import LEFTOVER, RUNS
from model.io.errors import InputError

REPORT: Final = "report"
PAGE: Final = "report.html"
MANIFEST: Final = "manifest.json"
OURS: Final = re.compile(rf"{RUNS}|{REPORT}(-\d+)?")


@dataclass(frozen=True)
class ReachManifest:
    """What made an answer: the facts of :class:`Manifest` of the first scenario, but with all `scenarios` by
    name, `goals` digests of the goal files that were asked, and whether all was computed (`full`)."""

    facts: Mapping[str, Any]

    @staticmethod
    def of(question: Question, full: bool, command: list[str]) -> "ReachManifest":
        """Return the manifest of the answer to a question; `command` is what the user typed. Raises
        InputError."""
        base = asdict(
            Manifest.of(question.arms[0].scenario, question.seeds, command, question.draws, question.numbers)
        )
        # Those of one scenario stand below, with all others.
        del base["scenario"], base["scenario_digest"]
        scenarios = {
            arm.key: {"digest": arm.scenario.key(), **arm.scenario.model_dump(mode="json")}
            for arm in question.arms
        }
        goals = {file.name: key_of(file.model_dump_json()) for file in question.files}
        arms = {arm.key: scenario_key(arm.scenario, question.numbers) for arm in question.arms}
        asked = {"key": key(question), "scenarios": scenarios, "arms": arms, "goals": goals, "full": full}
        return ReachManifest(base | asked | {"note": question.banner})

    def as_json(self, indent: int | None = None) -> str:
        """Return the manifest as a JSON object, on one line unless an indent is given."""
        return json.dumps(dict(self.facts), ensure_ascii=False, indent=indent)


def key(question: Question) -> str:
    """Return 32 hexadecimal digits of all that can change an answer but its draws and seeds. Raises
    InputError."""
    arms = [scenario_key(arm.scenario, question.numbers) for arm in question.arms]
    names = [arm.key for arm in question.arms]
    goals = [key_of(file.model_dump_json()) for file in question.files]
    return key_of(question.place, *names, *arms, *goals)


def checked_folder(path: Path) -> Path:
    """Return the folder of an answer, made where it is missing.

    Raises:
        InputError: it cannot be written, or holds what is no answer of wolsey.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        names = sorted(os.listdir(path))
        with tempfile.NamedTemporaryFile(dir=path, prefix=".wolsey-", suffix=".part"):
            pass
    except NotADirectoryError:
        raise InputError("is a file, or lies below one: results need a folder", where=str(path)) from None
    except FileExistsError:
        raise InputError("is a file: results need a folder", where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be written to: {error.strerror or error}", where=str(path)) from None
    foreign = [name for name in names if not OURS.fullmatch(name) and not LEFTOVER.fullmatch(name)]
    if foreign:
        raise InputError(
            f"holds what is no answer of wolsey ('{foreign[0]}'); give an empty or a new folder",
            where=str(path),
        )
    return path


def write(folder: Path, findings: Findings, manifest: ReachManifest) -> list[Path]:
    """Write a report into a folder of its own, beside those that there are, whole or not at all: the page,
    the tables behind it and the manifest. Returns their paths, the page first.

    Raises:
        InputError: it cannot be written (a full disk).
    """
    contents = {PAGE: html(findings, manifest)}
    contents |= {f"{name}.csv": table for name, table in tables(findings).items()}
    contents[MANIFEST] = manifest.as_json(indent=2)
    aside = None
    try:
        aside = Path(tempfile.mkdtemp(dir=folder, prefix=".wolsey-", suffix=".part"))
        for name, text in contents.items():
            (aside / name).write_text(text, encoding="utf-8", newline="")
        aside.chmod(0o755)
        made = _put(aside, folder)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", where=str(folder)) from None
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
    return [made / name for name in contents]


def _put(aside: Path, folder: Path) -> Path:
    """Give a folder the next free name."""
    number = 1
    while True:
        target = folder / (REPORT if number == 1 else f"{REPORT}-{number}")
        if not target.exists():
            try:
                aside.rename(target)
            except OSError:
                # Never renamed onto a folder that holds something: another process came first.
                if not target.exists():
                    raise
            else:
                return target
        number += 1
