"""The command, run in this process, and a user's scenario."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calibration import posterior
from experiments.plotting import style
from model.io import files
from wolsey.cli.main import main


@pytest.fixture(scope="module", autouse=True)
def small_posterior(posterior_folder: Path) -> Iterator[None]:
    """The posterior of these tests stands where the one that ships does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "FOLDER", posterior_folder)
        yield


@pytest.fixture
def wolsey_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs the command in this process: exit code, standard output, standard error."""
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)

    def run_it(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_it


@pytest.fixture
def mine(tmp_path: Path) -> Callable[..., Path]:
    """Makes a user's file of the baseline: with lines put before its tables, and without those that start
    with `without`."""

    def make(*lines: str, without: str = "") -> Path:
        text = (files.scenarios() / "baseline.toml").read_text()
        kept = [line for line in text.splitlines() if not (without and line.startswith(without))]
        tables = next(i for i, line in enumerate(kept) if line.startswith("["))
        path = tmp_path / "mine.toml"
        path.write_text("\n".join([*kept[:tables], *lines, *kept[tables:]]))
        return path

    return make
