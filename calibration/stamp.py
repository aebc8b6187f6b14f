"""Mark the posterior that ships as made by this version of the source, where this version is the same model.

    python -m calibration.stamp ipswich

A change of names or comments leaves the model as it was; a small town lived with the best fit (the probe)
shows whether it did. Without the mark every command repeats that comparison at its start, half a second.
Where the place's inputs are others than those of the fit, the record of `calibration.offset` is marked.
"""

import json
import sys
from dataclasses import replace

import pyarrow.parquet as pq

from calibration.offset_record import OffsetRecord
from calibration.posterior import META, Posterior
from model.fingerprint import code_digest
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError


def stamp(place: str) -> bool:
    """Write the digests of this source and of the place's inputs into the posterior of `place`, or into the
    record of its offset; return whether that changed anything.

    Raises
    ------
    InputError
        There is none, or this version of the model does something else: it has to be calibrated anew, or
        its offset measured anew.
    """
    posterior = Posterior.load(place)
    marked = {**posterior.manifest, "code": code_digest(), "data": Place.load(place).digest()}
    if marked == posterior.manifest:
        return False
    warning = posterior.warning(Parameters.load(place=place))
    if warning and not posterior.of_these_inputs():
        return _stamp_offset(posterior)
    if warning:
        raise InputError(warning)
    content = pq.read_table(posterior.file)
    aside = posterior.file.with_suffix(".part")
    pq.write_table(
        content.replace_schema_metadata({**content.schema.metadata, META: json.dumps(marked).encode()}),
        aside,
        compression="zstd",
    )
    aside.replace(posterior.file)
    return True


def _stamp_offset(posterior: Posterior) -> bool:
    path = OffsetRecord.path(posterior.file)
    record = OffsetRecord.load(path)
    base = Parameters.load(place=posterior.place)
    if record is None or (record.posterior, record.probe) != (posterior.digest(), posterior.probe_of(base)):
        raise InputError(posterior.warning(base))
    marked = replace(record, code=code_digest(), data=Place.load(record.place).digest())
    if marked == record:
        return False
    marked.save(path)
    return True


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            print(f"{name}: {'stamped' if stamp(name) else 'was made by this source'}")
    except InputError as error:
        sys.exit(f"calibration.stamp: {error}")
