"""A comparison for programs: one JSON document, and the files of differences, pairs and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiments.compare import costs, words
from experiments.compare.differences import Differences
from experiments.compare.headlines import PairedFigure, Target, headlines, targets
from experiments.records import record
from experiments.runs.report_folder import parquet
from experiments.text import as_json, is_conditional


def differences(comparison: Differences) -> bytes:
    """Return `Differences.frame` as a Parquet file, with the manifest in its metadata."""
    return _parquet(comparison.frame(), comparison)


def each_pair(comparison: Differences) -> bytes:
    """Return `Differences.pairs` as a Parquet file, with the manifest in its metadata."""
    return _parquet(comparison.pairs(), comparison)


def _parquet(frame: Any, comparison: Differences) -> bytes:
    import pyarrow as pa

    return parquet(pa.Table.from_pandas(frame, preserve_index=False), comparison.manifest)


def costs_csv(comparison: Differences) -> bytes:
    """Return `Differences.costs` as CSV, missing figures empty."""
    text: str = costs.costs(comparison).to_csv(index=False, lineterminator="\n")
    return text.encode()


def value_csv(comparison: Differences) -> bytes:
    """Return `Differences.value` as CSV, missing figures empty."""
    text: str = costs.value(comparison).to_csv(index=False, lineterminator="\n")
    return text.encode()


def document(
    comparison: Differences, years: Sequence[int] = (), written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what a comparison found: what `json.dumps` takes. Missing figures are null. `written` names the
    files that hold the rest.

    Raises:
        InputError: a year was not lived.
    """
    found = {
        "a": comparison.a.name,
        "b": comparison.b.name,
        "reduced_town": comparison.b.scale < 1,
        "key": comparison.manifest.key,
        "draws": list(comparison.draws),
        "seeds": list(comparison.seeds),
        "effects": comparison.lived,
        "band": words.interval_note(comparison),
        "note": comparison.note,
        "discount": comparison.discount,
        "targets": [
            {"file": file.name, "title": file.title, "goals": [_target(each) for each in file.targets]}
            for file in targets(comparison)
        ],
        "headlines": [_paired(each) for each in headlines(comparison, years)],
        "costs": costs.costs(comparison).to_dict("records"),
        "value": costs.value(comparison).to_dict("records"),
        "who_gained": comparison.who_gained().to_dict("records"),
        "files": dict(written or {}),
        "manifest": asdict(comparison.manifest),
    }
    told: dict[str, Any] = as_json(found)
    return told


def _target(target: Target) -> dict[str, Any]:
    decided = target.decided
    return record(target.a, "id title rung counted runs") | {
        "counted": target.a.counted and decided,
        "reached_a": target.a.reached if decided else None,
        "reached_b": target.b.reached if decided else None,
        "figures": [_paired(each) for each in target.figures],
    }


def _paired(paired: PairedFigure) -> dict[str, Any]:
    figures = "latent a b difference low high chance_sd parameters_sd effects_sd better alike pairs=runs"
    return {
        **record(paired, "what indicator group minus_group unit year"),
        "conditional": is_conditional(paired.year),
        **record(paired.found, figures),
    }
