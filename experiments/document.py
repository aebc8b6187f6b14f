"""The table of goals as one JSON document, for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiments.manifest import Manifest
from experiments.standing import FileStanding, GoalStanding, PartStanding
from experiments.words import why_undecided


def document(
    standings: Sequence[FileStanding], manifest: Manifest, written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """How the goals stand, in figures: what `json.dumps` takes. Missing figures are null. `written` names the files
    that hold the rest."""
    return {
        "scenario": manifest.scenario["name"],
        "reduced_town": manifest.scenario["scale"] < 1,
        "key": manifest.key,
        "seeds": list(manifest.seeds),
        "band": "chance only: 5th and 95th percentile over the seeds",
        "goal_files": [_file(standing) for standing in standings],
        "files": dict(written or {}),
        "manifest": asdict(manifest),
    }


def _file(standing: FileStanding) -> dict[str, Any]:
    able = standing.can_be_checked
    return {
        "file": standing.name,
        "title": standing.file.title,
        "own_reading": standing.file.own_reading,
        "headline": standing.headline,
        "can_be_checked": len(able),
        "likely_of_those": sum(goal.likely for goal in able),
        "goals": [_goal(goal) for goal in standing.goals],
    }


def _goal(standing: GoalStanding) -> dict[str, Any]:
    goal = standing.goal
    return {
        "id": goal.id,
        "title": goal.title,
        "section": goal.section,
        "rung": goal.rung,
        "counted": standing.checkable,
        "start_is": goal.baseline_status,
        "runs": standing.runs,
        "reached": standing.reached,
        "reached_by_latent_skill": standing.reached_latent,
        "undecided": standing.undecided,
        "why_undecided": why_undecided(standing) or None,
        "parts": [_part(part, goal.baseline_year) for part in standing.parts],
    }


def _part(part: PartStanding, baseline_year: int) -> dict[str, Any]:
    of = part.part
    return {
        "label": of.label,
        "counts": of.counts,
        "indicator": of.indicator,
        "group": of.group,
        "minus_group": of.minus_group,
        "basis": of.basis,
        "unit": part.unit,
        "baseline_year": baseline_year,
        "published_start": part.published,
        "start": asdict(part.start) if part.start else None,
        "year": part.year,
        "stands": asdict(part.value) if part.value else None,
        "comparison": of.comparison,
        "aim": asdict(part.aim) if part.aim else None,
        "aim_is": part.reference or None,
        "reached": part.reached,
        "undecided": part.undecided,
        "missing": list(part.missing),
    }
