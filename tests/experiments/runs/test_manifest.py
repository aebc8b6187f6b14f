"""What made a result is said in full, and its key changes with whatever can change the result."""

import json
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from calibration.posterior import Posterior
from experiments.runs import keys
from experiments.runs import manifest as module
from experiments.runs.draws import ParameterDraws
from experiments.runs.keys import numbers_of, scenario_key
from experiments.runs.manifest import Manifest, clone_state, cpu_model, version
from model.fingerprint import code_digest, digest_of
from model.io import files
from model.scenario.scenario import Scenario


def test_a_manifest_says_what_made_the_result(manifest: Manifest, scenario: Scenario) -> None:
    told = json.loads(manifest.as_json())
    assert (told["draws"], told["seeds"], told["note"]) == ([0], [0, 1, 2], "")
    assert len(told["posterior"]) == 32
    assert told["command"] == "wolsey run 'a b'"
    assert told["key"] == scenario_key(scenario)
    assert told["scenario"]["scale"] == 0.05
    assert told["place"] == "ipswich"
    assert set(told["goals"]) == set(scenario.goals)
    assert set(told["libraries"]) == set(module.LIBRARIES)
    for name in ("made", "wolsey", "python", "code", "cpu", "system", "place_digest", "england_digest"):
        assert told[name]
    assert json.loads(manifest.as_json(indent=2)) == told


def test_the_version_is_the_clones() -> None:
    declared = tomllib.loads((files.root() / "pyproject.toml").read_text())
    assert version() == declared["project"]["version"]


@pytest.mark.parametrize(
    "changed",
    [
        lambda s: s.changed(scale=0.06),
        lambda s: s.changed(until=2021),
        lambda s: s.changed({"switches.peers": False}),
        lambda s: s.changed({"parameters": {"learning.trait_share": 0.6}}),
        lambda s: s.changed({"births": {"2030": 1500}}),
    ],
)
def test_the_key_changes_with_the_scenario(
    scenario: Scenario, changed: Callable[[Scenario], Scenario]
) -> None:
    assert scenario_key(changed(scenario)) != scenario_key(scenario)


def test_the_key_is_blind_to_words(scenario: Scenario) -> None:
    assert scenario_key(scenario.changed(title="Another title", notes="Other notes")) == scenario_key(
        scenario
    )


def test_the_key_changes_with_the_numbers(
    scenario: Scenario, numbers: ParameterDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scenario_key(scenario, numbers)
    assert before == scenario_key(scenario)
    assert numbers.posterior is not None
    other = Posterior(numbers.posterior.table.iloc[:-1], numbers.posterior.manifest)
    found = {before, *(scenario_key(scenario, ParameterDraws("ipswich", each)) for each in (None, other))}
    changed = numbers_of(scenario).changed({"learning.trait_share": 0.6})
    monkeypatch.setattr(keys, "numbers_of", lambda _: changed)
    assert len(found | {scenario_key(scenario, numbers)}) == 4


def test_the_key_changes_with_the_code(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scenario_key(scenario)
    monkeypatch.setattr(keys, "code_digest", lambda: "0" * 32)
    assert scenario_key(scenario) != before


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("x = 1")
    two.write_text("y = 2")
    whole = digest_of([one, two], tmp_path)
    assert digest_of([two, one], tmp_path) == whole
    assert digest_of([one], tmp_path) != whole
    two.write_text("y = 3")
    assert digest_of([one, two], tmp_path) != whole
    one.write_text("x = 1y = 2")
    two.write_text("")
    assert digest_of([one, two], tmp_path) != whole


def test_the_code_of_the_model_is_all_of_it() -> None:
    assert code_digest() == digest_of([*files.MODEL.rglob("*.py"), *files.MODEL.glob("*.toml")], files.MODEL)


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")


def git(folder: Path, *arguments: str) -> None:
    """Runs git there, as nobody in particular."""
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@needs_git
def test_a_clone_tells_its_commit_and_changes(tmp_path: Path) -> None:
    assert clone_state(tmp_path) == (None, None)
    git(tmp_path, "init", "--quiet")
    assert clone_state(tmp_path) == (None, False)
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "--quiet", "-m", "a")
    commit, dirty = clone_state(tmp_path)
    assert commit is not None
    assert len(commit) == 40
    assert dirty is False
    (tmp_path / "a").write_text("2")
    assert clone_state(tmp_path) == (commit, True)


@needs_git
def test_a_copy_inside_another_clone_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    (tmp_path / "copy").mkdir()
    assert clone_state(tmp_path / "copy") == (None, None)


def test_without_git_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clone_state(files.root()) == (None, None)


def test_a_processor_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cpu_model()

    def missing(path: Path, **_: str) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", missing)
    assert cpu_model.__wrapped__()
