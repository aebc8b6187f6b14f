"""The table of goals for programs: as one JSON document, and as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiments.goals.assessment import FileStanding, GoalStanding, PartStanding
from experiments.goals.words import band_covers, why_undecided
from experiments.runs.manifest import Manifest


def document(
    standings: Sequence[FileStanding], manifest: Manifest, written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """How the goals stand, in figures: what `json.dumps` takes. Missing figures are null. `written` names the
    files that hold the rest."""
    return {
        "scenario": manifest.scenario["name"],
        "reduced_town": manifest.scenario["scale"] < 1,
        "key": manifest.key,
        "draws": list(manifest.draws),
        "seeds": list(manifest.seeds),
        "band": next((band_covers(each.cells, each.acting) for each in standings), ""),
        "note": manifest.note,
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
        "chance_sd": part.chance_sd,
        "draws_sd": part.draws_sd,
        "comparison": of.comparison,
        "aim": asdict(part.aim) if part.aim else None,
        "aim_is": part.reference or None,
        "reached": part.reached,
        "undecided": part.undecided,
        "missing": list(part.missing),
    }


def as_csv(standings: Sequence[FileStanding]) -> str:
    """One row a part of a goal: figures in the indicator's unit, empty where missing."""
    rows = [
        _row(standing, goal, part) for standing in standings for goal in standing.goals for part in goal.parts
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _row(standing: FileStanding, goal: GoalStanding, part: PartStanding) -> dict[str, object]:
    whole, value = goal.goal, part.value
    return {
        "file": standing.name,
        "goal": whole.id,
        "title": whole.title,
        "section": whole.section,
        "rung": whole.rung,
        "counted": goal.checkable,
        "start_is": whole.baseline_status,
        "goal_reached": goal.reached,
        "goal_undecided": goal.undecided,
        "goal_reached_by_latent_skill": goal.reached_latent,
        "runs": goal.runs,
        "part": part.part.label,
        "part_counts": part.part.counts,
        "part_reached": part.reached,
        "part_undecided": part.undecided,
        "indicator": part.part.indicator,
        "group": part.part.group,
        "minus_group": part.part.minus_group,
        "unit": part.unit,
        "baseline_year": whole.baseline_year,
        "published_start": part.published,
        "start": part.start and part.start.mean,
        "year": part.year,
        "stands": value and value.mean,
        "low": value and value.low,
        "high": value and value.high,
        "chance_sd": part.chance_sd,
        "draws_sd": part.draws_sd,
        "comparison": part.part.comparison,
        "aim": part.aim and part.aim.mean,
        "aim_is": part.reference,
        "missing": "; ".join(part.missing),
    }
