"""The table of goals for programs: as one JSON document, and as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiments.goals.assessment import Assessment, GoalAssessment, PartAssessment, likely_of
from experiments.goals.likelihood import Likelihood
from experiments.goals.words import interval_note, why_undecided
from experiments.runs.manifest import Manifest


def document(
    assessments: Sequence[Assessment], manifest: Manifest, written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """How the goals stand, in figures: what `json.dumps` takes. Missing figures are null. `written` names the
    files that hold the rest."""
    return {
        "scenario": manifest.scenario["name"],
        "reduced_town": manifest.scenario["scale"] < 1,
        "key": manifest.key,
        "draws": list(manifest.draws),
        "seeds": list(manifest.seeds),
        "band": next((interval_note(each.cells, each.acting) for each in assessments), ""),
        "note": manifest.note,
        "goal_files": [_file(each) for each in assessments],
        "files": dict(written or {}),
        "manifest": asdict(manifest),
    }


def _file(found: Assessment) -> dict[str, Any]:
    likely, able = likely_of(found.goals)
    return {
        "file": found.file.name,
        "title": found.file.title,
        "own_reading": found.file.own_reading,
        "headline": found.headline,
        "can_be_checked": able,
        "likely_of_those": likely,
        "goals": [goal_document(goal) for goal in found.goals],
    }


def goal_document(goal: GoalAssessment) -> dict[str, Any]:
    """How one goal stands, in figures: what `json.dumps` takes."""
    return {
        "id": goal.id,
        "title": goal.title,
        "section": goal.section,
        "rung": goal.rung,
        "counted": goal.checkable,
        "start_is": goal.goal.baseline_status,
        "runs": goal.runs,
        "reached": goal.reached,
        "reached_by_latent_skill": goal.latent and goal.latent.reached,
        "undecided": goal.undecided,
        "likelihood": _likelihood(goal.likelihood),
        "likelihood_by_latent_skill": _likelihood(goal.latent),
        "first_year_as_likely_as_not": goal.first_likely,
        "closed_by_composition_alone": goal.composition_only,
        "prior": goal.expert,
        "why_undecided": why_undecided(goal) or None,
        "parts": [_part(part, goal.baseline_year) for part in goal.parts],
    }


def _likelihood(found: Likelihood | None) -> dict[str, Any] | None:
    """Share of runs, its interval and its word, null for too few runs."""
    if found is None:
        return None
    return {"share": found.share, "low": found.low, "high": found.high, "word": found.word or None}


def _part(part: PartAssessment, baseline_year: int) -> dict[str, Any]:
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
        "published_start": part.observed_start,
        "start": asdict(part.start) if part.start else None,
        "year": part.year,
        "stands": asdict(part.value) if part.value else None,
        "chance_sd": part.chance_sd,
        "draws_sd": part.draws_sd,
        "comparison": of.comparison,
        "aim": asdict(part.aim) if part.aim else None,
        "aim_is": part.reference or None,
        "distance": asdict(part.distance) if part.distance else None,
        "england": part.england,
        "closed_by_composition": part.composition,
        "reached": part.reached,
        "undecided": part.undecided,
        "missing": list(part.missing),
    }


def as_csv(assessments: Sequence[Assessment]) -> str:
    """One row a part of a goal: figures in the indicator's unit, empty where missing."""
    rows = [_row(found, goal, part) for found in assessments for goal in found.goals for part in goal.parts]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _row(found: Assessment, goal: GoalAssessment, part: PartAssessment) -> dict[str, object]:
    whole, value = goal.goal, part.value
    return {
        "file": found.file.name,
        "goal": whole.id,
        "title": whole.title,
        "section": whole.section,
        "rung": whole.rung,
        "counted": goal.checkable,
        "start_is": whole.baseline_status,
        "goal_reached": goal.reached,
        "goal_undecided": goal.undecided,
        "goal_reached_by_latent_skill": goal.latent and goal.latent.reached,
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
        "published_start": part.observed_start,
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
