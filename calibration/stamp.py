"""Mark the posterior that ships as made by this version of the source, where this version is the same model.

    python -m calibration.stamp ipswich

A change of names or comments leaves the model as it was; a small town lived with the best fit (the probe)
shows whether it did. Without the mark every command repeats that comparison at its start, half a second.
"""

import json
import sys

import pyarrow.parquet as pq

from calibration.posterior import META, Posterior
from model.fingerprint import code_digest
from model.inputs.parameters import Parameters
from model.io.errors import InputError


def stamp(place: str) -> bool:
    """Write the digest of this source into the posterior of `place`; return whether that changed anything.

    Raises
    ------
    InputError
        There is none, or this version of the model does something else: it has to be calibrated anew.
    """
    posterior = Posterior.load(place)
    if posterior.manifest["code"] == code_digest():
        return False
    warning = posterior.warning(Parameters.load(place=place))
    if warning:
        raise InputError(warning)
    path = Posterior.path(place)
    content = pq.read_table(path)
    manifest = {**posterior.manifest, "code": code_digest()}
    aside = path.with_suffix(".part")
    pq.write_table(
        content.replace_schema_metadata({**content.schema.metadata, META: json.dumps(manifest).encode()}),
        aside,
        compression="zstd",
    )
    aside.replace(path)
    return True


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            print(f"{name}: {'stamped' if stamp(name) else 'was made by this source'}")
    except InputError as error:
        sys.exit(f"calibration.stamp: {error}")
