"""What made the answer to a question that is asked of runs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from experiments.runs.manifest import Manifest


@dataclass(frozen=True, slots=True)
class AskedManifest:
    """`key` names the inputs of the runs, `asked` is all that was asked of them (what JSON has a word for),
    `runs` is the manifest of the runs."""

    key: str
    asked: Mapping[str, Any]
    runs: Manifest

    def as_json(self, indent: int | None = None) -> str:
        """The manifest as a JSON object, on one line unless an indent is given."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=indent)
