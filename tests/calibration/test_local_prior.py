"""Local numbers of a place that nobody has fitted: drawn from their prior, by place and draw alone."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from calibration import local_prior
from calibration.local_prior import Shape, drawn
from calibration.spread import found
from model.districts import tables
from model.inputs.parameters import Parameters
from model.io.errors import InputError
from model.io.files import root

DERBY, FENLAND = "E06000015", "E07000010"


@pytest.fixture(scope="module")
def neutral(tmp_path_factory: pytest.TempPathFactory) -> Parameters:
    """The model's numbers with those of a district as it begins."""
    return read(
        tmp_path_factory.mktemp("district"), (tables.FOLDER / "town.toml").read_text(encoding="utf-8")
    )


def read(folder: Path, town: str) -> Parameters:
    (folder / "place.toml").write_text('kind = "town"\n')
    (folder / "town.toml").write_text(town)
    return Parameters.load(place=str(folder))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """tools/local_prior.py, which lies in no package."""
    spec = spec_from_file_location("local_prior_tool", root() / "tools" / "local_prior.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["local_prior_tool"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_that_ship_are_what_the_tables_give(tool: ModuleType) -> None:
    for name, content in tool.files().items():
        assert (tables.FOLDER / name).read_text(encoding="utf-8") == content


def test_a_draw_is_the_same_each_time_and_each_place_has_its_own(neutral: Parameters) -> None:
    first = drawn(DERBY, 3, neutral)
    drawn(FENLAND, 3, neutral)
    assert drawn(DERBY, 3, neutral).digest() == first.digest()
    others = [drawn(FENLAND, 3, neutral), drawn(DERBY, 4, neutral), neutral]
    assert len({each.town.neet for each in (first, *others)}) == 4
    national = {r.name: r.value for r in neutral if not r.local}
    assert {r.name: r.value for r in first if not r.local} == national


def test_draws_spread_and_hang_together_as_the_prior_says(neutral: Parameters) -> None:
    towns = [drawn(DERBY, draw, neutral).town for draw in range(1, 401)]
    area = np.array([town.area for town in towns])
    np.testing.assert_array_equal(area[:, 0], area[:, 1])
    np.testing.assert_array_equal(area[:, 3], area[:, 4])
    assert area.mean(axis=0) == pytest.approx(np.zeros(5), abs=0.025)
    assert area[:, [1, 2, 3]].std(axis=0) == pytest.approx([0.123, 0.138, 0.150], rel=0.1)
    together = np.corrcoef(area[:, [1, 2, 3]].T)
    assert together[[0, 1, 0], [1, 2, 2]] == pytest.approx([0.61, 0.62, 0.42], abs=0.1)
    assert np.std([town.pay for town in towns]) == pytest.approx(0.113, rel=0.1)
    assert np.corrcoef([[t.level3, t.higher] for t in towns], rowvar=False)[0, 1] == pytest.approx(
        0.91, abs=0.04
    )


def test_a_place_of_ones_own_says_where_and_how_wide(tmp_path: Path, neutral: Parameters) -> None:
    text = (tables.FOLDER / "town.toml").read_text(encoding="utf-8")
    text = text.replace("value = [0.0, 0.0, 0.0, 0.0, 0.0]", "value = [-0.1, -0.2, -0.3, 0.1, 0.2]", 1)
    text = text.replace('prior = "normal(0, 0.329)"', 'prior = "fixed"').replace(
        "normal(0, 0.113)", "uniform(-0.5, 0.5)"
    )
    own = read(tmp_path, text)
    one, plain = drawn(DERBY, 7, own).town, drawn(DERBY, 7, neutral).town
    np.testing.assert_allclose(one.area - plain.area, [-0.1, -0.2, -0.3, 0.1, 0.2])
    assert one.neet == 0.0 != plain.neet
    assert one.level3 == plain.level3
    pays = [drawn(DERBY, draw, own).town.pay for draw in range(1, 201)]
    assert np.percentile(pays, [25, 75]) == pytest.approx([-0.25, 0.25], abs=0.08)
    assert local_prior.digest(own) != local_prior.digest(neutral)


def test_a_number_stays_within_its_range(tmp_path: Path) -> None:
    text = (tables.FOLDER / "town.toml").read_text(encoding="utf-8").replace("normal(1, 0.2)", "normal(1, 9)")
    spreads = [drawn(DERBY, draw, read(tmp_path, text)).town.school_spread for draw in range(1, 31)]
    assert (min(spreads), max(spreads)) == (0.3, 3.0)


@pytest.mark.parametrize(
    ("correlation", "fault"),
    [
        ("[[1, 0.5]]", "correlation: must be 2 rows of as many numbers"),
        ("[[1, 0.5], [0.4, 1]]", "correlation: must be symmetric"),
        ("[[1, 1], [1, 1]]", "correlation: cannot hold together"),
    ],
)
def test_a_shape_that_contradicts_itself_is_refused(tmp_path: Path, correlation: str, fault: str) -> None:
    path = tmp_path / "shape.toml"
    path.write_text(f'names = ["town.neet", "town.pay"]\ncorrelation = {correlation}\n[relative]\n')
    with pytest.raises(InputError, match=fault):
        Shape.load(path)


def test_the_prior_is_wider_than_what_ten_numbers_leave(tool: ModuleType) -> None:
    spread = found(tool.National.of_best_fit())
    assert set(spread.raw) == {"town.area[0]", "town.area[2]", "town.area[3]"}
    for name, wide in spread.raw.items():
        assert spread.beyond_ten[name] < spread.sd[name] < wide
