"""How far a best fit is off with inputs that came after it: measured, kept beside the posterior, and said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from calibration import offset, posterior, stamp, standing
from calibration.offset_record import Figure, OffsetRecord
from calibration.posterior import META, Posterior
from model.fingerprint import code_digest
from model.inputs.parameters import Parameters
from model.inputs.place import Place
from model.io.errors import InputError

FIGURES = (Figure("gld", "points", 70.0, 2.0, 71.0, 67.0), Figure("skill", "SD", 0.0, 0.1, 0.1, 0.2))


def record(**changes: Any) -> OffsetRecord:
    """A record of figures made up, measured with what there is today."""
    data = Place.load("ipswich").digest()
    kept = OffsetRecord("ipswich", "p", "older", data, code_digest(), "as ever", 0.02, 1, FIGURES)
    return replace(kept, **changes)


@pytest.fixture
def older(tmp_path: Path, posterior_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A posterior that was fitted to other inputs; what its model does (the probe) is no longer the same."""
    content = pq.read_table(posterior_folder / "ipswich.parquet")
    manifest = json.loads(content.schema.metadata[META]) | {
        "data": "older",
        "until": 2019,
        "scale": 0.02,
        "probe": "of then",
    }
    path = tmp_path / "ipswich.parquet"
    pq.write_table(content.replace_schema_metadata({META: json.dumps(manifest).encode()}), path)
    monkeypatch.setattr(posterior, "FOLDER", tmp_path)
    monkeypatch.setattr(posterior, "probe", lambda *_: "as ever")
    return path


def test_a_record_is_kept_and_summed_up(tmp_path: Path) -> None:
    path = OffsetRecord.path(tmp_path / "ipswich.parquet")
    assert path.name == "ipswich.offset.json"
    assert OffsetRecord.load(path) is None
    record().save(path)
    assert OffsetRecord.load(path) == record()
    summary = record().summary()
    assert (summary.figures, summary.most, summary.by, summary.unit) == (2, "gld", -4.0, "points")
    assert (summary.moved, summary.before, summary.now) == pytest.approx((2.5**0.5, 0.625**0.5, 3.125**0.5))
    path.write_text('{"place": "ipswich"}')
    with pytest.raises(InputError, match=r"ipswich\.offset\.json: is no record of an offset"):
        OffsetRecord.load(path)


def test_earlier_inputs_are_said_with_what_was_measured(older: Path) -> None:
    base, made = Parameters.load(place="ipswich"), Posterior.load("ipswich")
    assert "was fitted to earlier inputs of ipswich" in made.warning(base)
    assert "`python -m calibration.offset ipswich`" in made.warning(base)
    measured = record(posterior=made.digest())
    measured.save(OffsetRecord.path(older))
    said = made.warning(base)
    assert "moved by 1.58 SD" in said
    assert "most: gld, -4.00 points" in said
    assert "by 1.77 SD, 0.79 before" in said
    # Measured with another posterior, other inputs or another model: it says nothing of today.
    for change in ({"posterior": "q"}, {"data": "yet older"}, {"code": "0", "probe": "another"}):
        record(**({"posterior": made.digest()} | change)).save(OffsetRecord.path(older))
        assert "is not measured" in made.warning(base)


def test_inputs_that_change_nothing_are_no_earlier_ones(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posterior, "probe", lambda *_: "of then")
    assert Posterior.load("ipswich").warning(Parameters.load(place="ipswich")) == ""
    assert stamp.stamp("ipswich")
    assert Posterior.load("ipswich").manifest["data"] == Place.load("ipswich").digest()


def test_a_record_is_stamped_where_the_model_does_the_same(older: Path) -> None:
    digest = Posterior.load("ipswich").digest()
    record(posterior=digest, code="older").save(OffsetRecord.path(older))
    content = older.read_bytes()
    assert stamp.stamp("ipswich")
    assert OffsetRecord.load(OffsetRecord.path(older)) == record(posterior=digest)
    assert not stamp.stamp("ipswich")
    assert older.read_bytes() == content
    record(posterior=digest, probe="another").save(OffsetRecord.path(older))
    with pytest.raises(InputError, match="was fitted to earlier inputs"):
        stamp.stamp("ipswich")


@pytest.mark.town
def test_a_best_fit_is_lived_and_set_against_before(
    older: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["ipswich", "--seeds", "1", "--scale", "0.02"]
    with pytest.raises(InputError, match=r"seeds, scale 0\.02.*what they gave is not kept"):
        offset.main(arguments)
    monkeypatch.setattr(Posterior, "of_these_inputs", lambda self: True)
    offset.main(arguments)
    kept = OffsetRecord.load(OffsetRecord.path(older))
    assert kept is not None
    assert {each.before == each.now for each in kept.figures} == {True}
    assert kept.fitted_data == "older"
    before = tuple(each._replace(before=each.now - each.sd) for each in kept.figures)
    monkeypatch.undo()
    monkeypatch.setattr(posterior, "FOLDER", older.parent)
    monkeypatch.setattr(posterior, "probe", lambda *_: "as ever")
    replace(kept, figures=before).save(OffsetRecord.path(older))
    offset.main(arguments)
    again = OffsetRecord.load(OffsetRecord.path(older))
    assert again is not None
    assert [each.now for each in again.figures] == [each.now for each in kept.figures]
    assert again.summary().moved == pytest.approx(1.0)
    assert "moved 1.00; off what was observed" in capsys.readouterr().out
    assert "fitted figures have moved by 1.00 SD" in Posterior.load("ipswich").warning(
        Parameters.load(place="ipswich")
    )
    with pytest.raises(InputError, match="--seeds = 0: must be at least 1"):
        offset.main(["ipswich", "--seeds", "0"])


def test_a_place_is_named_by_its_code_or_folder(tmp_path: Path) -> None:
    assert standing.name_of("derby") == standing.name_of("E06000015") == "E06000015"
    assert standing.name_of(str(tmp_path / "derby")) == "derby"
    assert standing.name_of("nowhere") == "nowhere"


def test_a_district_that_nobody_fitted_is_said_to_be_that() -> None:
    said = standing.not_fitted("derby", "ipswich")
    assert said.startswith("Not fitted to Derby: there is no posterior of it.")
    assert "draws of Ipswich's fit" in said
    assert "prior over English districts" in said
    assert "London" not in said
    assert "London do better than the model expects" in standing.not_fitted("hackney", "ipswich")
