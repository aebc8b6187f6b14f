"""The table of goals for programs: as one JSON document, and as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiments.goals.assessment import Assessment, GoalAssessment, PartAssessment, likely_of
from experiments.goals.likelihood import Likelihood
from experiments.goals.words import interval_note, why_undecided
from experiments.records import record
from experiments.runs.manifest import Manifest


def document(
    assessments: Sequence[Assessment], manifest: Manifest, written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Say how the goals stand, in figures: what `json.dumps` takes. Missing figures are null. `written` names
    the files that hold the rest."""
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
    """Say how one goal stands, in figures: what `json.dumps` takes."""
    return {
        **record(goal, "id title section rung counted=checkable start_is=goal.baseline_status runs reached"),
        **record(goal, "reached_by_latent_skill=latent.reached undecided"),
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
    spans = {"start": part.start, "stands": part.value, "aim": part.aim, "distance": part.distance}
    return {
        **record(part.part, "label counts indicator group minus_group basis comparison"),
        **record(part, "unit published_start=observed_start year chance_sd draws_sd england"),
        **record(part, "closed_by_composition=composition reached undecided"),
        "baseline_year": baseline_year,
        "aim_is": part.reference or None,
        **{name: asdict(span) if span else None for name, span in spans.items()},
        "missing": list(part.missing),
    }


def as_csv(assessments: Sequence[Assessment]) -> str:
    """Return one row a part of a goal: figures in the indicator's unit, empty where missing."""
    rows = goal_rows(assessments)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def goal_rows(assessments: Sequence[Assessment]) -> list[dict[str, object]]:
    """Return the same as records."""
    return [_row(found, goal, part) for found in assessments for goal in found.goals for part in goal.parts]


def _row(found: Assessment, goal: GoalAssessment, part: PartAssessment) -> dict[str, object]:
    return {
        "file": found.file.name,
        **record(goal, "goal=id title section rung counted=checkable start_is=goal.baseline_status"),
        **record(goal, "goal_reached=reached goal_undecided=undecided"),
        **record(goal, "goal_reached_by_latent_skill=latent.reached runs"),
        **record(part, "part=part.label part_counts=part.counts"),
        **record(part, "part_reached=reached part_undecided=undecided"),
        **record(part.part, "indicator group minus_group"),
        "unit": part.unit,
        "baseline_year": goal.baseline_year,
        **record(part, "published_start=observed_start start=start.mean year stands=value.mean"),
        **record(part, "low=value.low high=value.high chance_sd draws_sd comparison=part.comparison"),
        **record(part, "aim=aim.mean aim_is=reference"),
        "missing": "; ".join(part.missing),
    }
