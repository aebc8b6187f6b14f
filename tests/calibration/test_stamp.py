"""The mark that a posterior was made by this source: only where the model does the same."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from calibration import posterior, stamp
from calibration.posterior import META, Posterior
from model.fingerprint import code_digest
from model.inputs.place import Place
from model.io.errors import InputError


@pytest.fixture
def older(tmp_path: Path, posterior_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a posterior that another version of the source made, whose probe was "as ever"."""
    path = Path(shutil.copy(posterior_folder / "ipswich.parquet", tmp_path))
    content = pq.read_table(path)
    manifest = json.loads(content.schema.metadata[META]) | {"code": "older", "probe": "as ever"}
    pq.write_table(content.replace_schema_metadata({META: json.dumps(manifest).encode()}), path)
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    return path


def test_a_model_that_does_the_same_is_marked_once(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "probe", lambda *_: "as ever")
    before = Posterior.load("ipswich")
    assert stamp.stamp("ipswich")
    after = Posterior.load("ipswich")
    data = Place.load("ipswich").digest()
    assert after.manifest == {**before.manifest, "code": code_digest(), "data": data}
    assert after.digest() == before.digest()
    assert not stamp.stamp("ipswich")


def test_a_model_that_does_something_else_is_refused(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "probe", lambda *_: "another")
    content = older.read_bytes()
    with pytest.raises(InputError, match="another version of the model"):
        stamp.stamp("ipswich")
    assert older.read_bytes() == content
