"""The posterior: draws of the numbers that agree with what was observed, as every projection uses them.

A posterior of a place ships with the product; `sampling` makes it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from calibration import posteriors, standing
from calibration.offset_record import OffsetRecord
from model.fingerprint import code_digest, probe
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.inputs.place_file import is_path
from model.inputs.place_name import beside, short_name
from model.io.errors import InputError
from model.io.files import shown_path

FOLDER: Final = posteriors.FOLDER
NATIONAL: Final = "ipswich"
"""The place whose fit other places take the national layer of."""
META: Final = b"wolsey.posterior"
"""Under which a posterior's file keeps its manifest."""
_BEST: Final = 0
"""The draw that is the best fit; its effects are those at the means of the cards."""


class Posterior:
    """Draws of the numbers for one place. Draw 0 is the best fit, 1 to `draws` are draws. Use `load`."""

    def __init__(
        self,
        table: pd.DataFrame,
        manifest: Mapping[str, Any],
        where: str = "",
        place: str = "",
        file: Path | None = None,
    ) -> None:
        self.table, self.manifest, self.where = table, manifest, where
        self.place = place or str(manifest.get("place", ""))
        self.file = Posterior.path(self.place) if file is None else file

    @staticmethod
    def path(place: str) -> Path:
        """Return where the posterior of a place is kept: with the product, or, of one that is called by the
        path of its folder, in that folder. It is never that of a place of the same name."""
        return beside(place, FOLDER, "posterior", "parquet")

    @staticmethod
    def load(place: str, path: Path | None = None) -> "Posterior":
        """Return the posterior that ships for a place, or that of a file.

        Raises:
            InputError: there is none, it cannot be read, or it is of another place.
        """
        path = Posterior.path(place) if path is None else path
        where = shown_path(path)
        if not path.is_file():
            raise InputError(
                "there is no posterior of this place; make one with `wolsey calibrate`", where=where
            )
        try:
            read = pq.read_table(path)
            manifest = json.loads(read.schema.metadata[META])
            table = read.to_pandas().set_index("draw")
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise InputError(f"is no posterior of wolsey, or is damaged: {error}", where=where) from None
        own = manifest.get("place")
        # One that ships for a place of the same name says nothing of a folder's data.
        if own != short_name(place) or (is_path(place) and "data" not in manifest):
            raise InputError("is the posterior of another place", where=where, value=own, allowed=place)
        return Posterior(table, manifest, where, place, path)

    @property
    def draws(self) -> int:
        """Number of draws, without the best fit."""
        return len(self.table) - 1

    def digest(self) -> str:
        """Return 32 hexadecimal digits of its draws."""
        hashed = hashlib.blake2b(np.asarray(self.table.index, np.int64).tobytes(), digest_size=16)
        for name, column in self.table.items():
            entries = np.array(column.tolist(), np.float64)
            hashed.update(json.dumps([str(name), entries.shape]).encode() + entries.tobytes())
        return hashed.hexdigest()

    def parameters(self, draw: int, base: Parameters) -> Parameters:
        """Return the numbers of one draw: `base` with those of the posterior in their place.

        Raises:
            InputError: there is no such draw, or a number of it is no number of this model.
        """
        if draw not in self.table.index:
            raise InputError(
                "is no draw of the posterior",
                where=self.where,
                at="draw",
                value=draw,
                allowed=f"0 to {self.draws}",
            )
        row = self.table.loc[draw].drop("effects_draw")
        return base.changed({str(name): _value(value) for name, value in row.items()})

    def national(self, draw: int, base: Parameters) -> Parameters:
        """Return the numbers of one draw without those of the place that was fitted: `base`, of another
        place, keeps its own. Raises InputError as `parameters`."""
        own = {record.name: record.value for record in base if record.local}
        return self.parameters(draw, base).changed(own)

    def effects_draw(self, draw: int) -> int:
        """Return the draw of the programmes' effects under which this draw's history was lived; 0 for the
        best fit."""
        return int(self.table["effects_draw"].loc[draw])

    def of_these_inputs(self) -> bool:
        """Tell whether the place's inputs are those that this posterior was fitted to."""
        return self.manifest.get("data") in (None, Place.load(self.place).digest())

    def warning(self, base: Parameters) -> str:
        """Return the empty where the model and the place's inputs are those that made this posterior; else
        what to know, in a sentence. Raises InputError where the record of its offset cannot be read."""
        same_inputs = self.of_these_inputs()
        if same_inputs and self.manifest["code"] == code_digest():
            return ""
        if self.probe_of(base) == self.manifest["probe"]:
            return ""
        if same_inputs:
            return standing.another_version(self.where)
        return standing.earlier_inputs(self.place, self.where, self.offset(base))

    def probe_of(self, base: Parameters) -> str:
        """Return the probe of the present model with the best fit."""
        return probe(self.manifest["history"], self.parameters(_BEST, base), self.place or None)

    def offset(self, base: Parameters) -> OffsetRecord | None:
        """Return how far off the fitted figures are with the present inputs, where it was measured with this
        posterior, these inputs and this model. Raises InputError where the record cannot be read."""
        record = OffsetRecord.load(OffsetRecord.path(self.file))
        now = Place.load(self.place).digest()
        if record is None or (record.posterior, record.data) != (self.digest(), now):
            return None
        same = record.code == code_digest() or record.probe == self.probe_of(base)
        return record if same else None


def _value(value: Any) -> float | tuple[float, ...]:
    return (
        tuple(float(entry) for entry in value) if isinstance(value, Sequence | np.ndarray) else float(value)
    )
