"""What drives a study's outcomes, for programs: tables by response, and one JSON document."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.records import record
from experiments.runs.manifest import Made
from experiments.runs.report_folder import parquet
from experiments.sensitivity.analyse import FIGURES, Sensitivity, indices_frame, settling_frame
from experiments.text import as_json

if TYPE_CHECKING:
    import pandas as pd


def responses_frame(found: Sequence[Sensitivity]) -> "pd.DataFrame":
    """Return one row a response: scenario, outcome, measure; blocks (trajectories, base samples or points)
    that are whole, of how many; runs that are missing and runs without a figure; cells left out at every
    point; variance between points, what of it is luck (noise) and would be with other seeds at each point
    (unpaired_noise), as variances; what an additive model explains, by how much the largest index changed
    from half of the sample to all; and why nothing can be said, where that is so."""
    import pandas as pd

    return pd.DataFrame([_response(each) for each in found])


def _response(found: Sensitivity) -> dict[str, Any]:
    return {
        **record(found.response, "scenario outcome measure"),
        **record(found.kept, "blocks of"),
        **record(found.response, "missing blank"),
        "left_out": "; ".join(map(str, found.kept.left_out)),
        **record(found, "variance noise unpaired_noise=unpaired explained=found.explained unsettled problem"),
    }


def tables(found: Sequence[Sensitivity], manifest: Made) -> dict[str, bytes]:
    """Return the files of a report's tables, by kind: indices (Parquet), the same as CSV, settling (Parquet),
    and responses (CSV). The Parquet files carry the manifest."""
    import pyarrow as pa

    def packed(frame: "pd.DataFrame") -> bytes:
        return parquet(pa.Table.from_pandas(frame, preserve_index=False), manifest)

    def written(frame: "pd.DataFrame") -> bytes:
        text: str = frame.to_csv(index=False, lineterminator="\n")
        return text.encode()

    indices = indices_frame(found)
    return {
        "indices": packed(indices),
        "table": written(indices),
        "settling": packed(settling_frame(found)),
        "responses": written(responses_frame(found)),
    }


def document(
    found: Sequence[Sensitivity], about: Mapping[str, Any], written: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what was found: what `json.dumps` takes, missing figures null. `about` says what of; `written`
    names the files that hold the rest."""
    responses = [
        {**_response(each), "indices": indices_frame([each])[list(FIGURES)].to_dict("records")}
        for each in found
    ]
    told: dict[str, Any] = as_json({**about, "responses": responses, "files": dict(written or {})})
    return told
