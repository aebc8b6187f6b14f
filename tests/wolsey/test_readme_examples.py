"""README's Python examples run, and run again, as a cell of a notebook does."""

import re
from pathlib import Path

import pytest

from experiments.plotting import style
from model.io import files
from model.scenario.scenario import Scenario
from model.town import Town

SMALLER = {
    "until=2030)": "until=2018, scale=0.05)",
    "seeds=range(10))": "seeds=range(2), workers=1)",
    'places": 100': 'places": 400',
}
"""What makes the examples small: a twentieth of the town, and as many more places."""


def examples() -> list[str]:
    """The Python blocks of README."""
    return re.findall(r"```python\n(.*?)```", (files.root() / "README.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("code", examples())
def test_it_runs_twice(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    town = Town(Scenario.load("baseline").changed(until=2018, scale=0.05)).run()
    someone = int(town.children.id[town.band(8, 8)][0])
    for old, new in {**SMALLER, "121634816": str(someone)}.items():
        assert old in code
        code = code.replace(old, new)
    told = []
    for _ in range(2):
        exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})
        told.append(capsys.readouterr().out)
        assert [path.name for path in tmp_path.iterdir()] == ["difference.png"]
    assert told[0] == told[1] != ""
    assert (tmp_path / "difference.png").read_bytes().startswith(b"\x89PNG")
