"""What holds the project together: short files, small folders, listed public names, texts that travel."""

import ast
import fnmatch
import importlib
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "calibration", "experiments", "wolsey", "benchmarks")
LONGEST_FILE = 400
LARGEST_FOLDER = 20

# What `import wolsey` promises. A name that comes here or goes is a change that users notice: CHANGELOG.md.
PUBLIC_NAMES = [
    "Comparison",
    "England",
    "Ensemble",
    "GoalFile",
    "InputError",
    "LifeStory",
    "Parameters",
    "Place",
    "PlaceSummary",
    "Scenario",
    "Study",
    "Swept",
    "Town",
    "compare",
    "explain_child",
    "goals",
    "place",
    "places",
    "run",
    "swept_study",
]

# Written in parts, so that this file may be checked as well.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("deb", "debian", "org"),
    )
]
FOREIGN = {
    "a package registry's host": re.compile("|".join(re.escape(host) for host in HOSTS), re.IGNORECASE),
    "an absolute path of a machine": re.compile(
        r"(?<![\w.~})/$-])/(?:home|root|Users|work|tmp|opt|mnt|srv|var|private)/[\w.-]+|\b[A-Z]:\\\w"
    ),
    "a folder outside the repository": re.compile(r"(?<![\w-])shared" + "/"),
}


def files_under(root: Path) -> Iterator[Path]:
    """Every file of the project, committed or about to be: all but .git and what .gitignore names.

    Raises ValueError where .gitignore holds more than names (a path, a negation), which this does not read.
    """
    lines = [line.rstrip("/") for line in (root / ".gitignore").read_text().splitlines()]
    patterns = [line for line in lines if line and not line.startswith("#")] + [".git"]
    if unread := [pattern for pattern in patterns if "/" in pattern or pattern.startswith("!")]:
        raise ValueError(f".gitignore: {unread[0]}: only names are read here")
    for path in sorted(root.iterdir()):
        yield from _files_not_ignored(path, patterns)


def _files_not_ignored(path: Path, patterns: Sequence[str]) -> Iterator[Path]:
    if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns):
        return
    if path.is_dir() and not path.is_symlink():
        for child in sorted(path.iterdir()):
            yield from _files_not_ignored(child, patterns)
    else:
        yield path


def python_files(root: Path, folders: Sequence[str]) -> list[Path]:
    """The project's .py files in these folders of root."""
    return [
        path
        for path in files_under(root)
        if path.suffix == ".py" and path.relative_to(root).parts[0] in folders
    ]


def full_folders(root: Path) -> list[str]:
    """Folders of the packages and tests with more than LARGEST_FOLDER Python files."""
    counts = Counter(path.parent.relative_to(root) for path in python_files(root, (*PACKAGES, "tests")))
    return [f"{folder}: {n} files" for folder, n in counts.items() if n > LARGEST_FOLDER]


def long_files(root: Path) -> list[str]:
    """Python files of the packages and tests with more than LONGEST_FILE lines."""
    lengths = {path: len(path.read_text().splitlines()) for path in python_files(root, (*PACKAGES, "tests"))}
    return [f"{path.relative_to(root)}: {n} lines" for path, n in lengths.items() if n > LONGEST_FILE]


NO_VERB = frozenset((
    "The", "A", "An", "What", "How", "Whether", "Where", "Which", "Who", "Whose", "One", "All", "Each",
    "Every", "Of", "In", "By", "For", "From", "With", "As",
))  # fmt: skip


def docstrings_without_a_verb(root: Path) -> list[str]:
    """Functions of the packages whose docstring does not begin with what they do."""
    found = []
    for path in python_files(root, PACKAGES):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = (ast.get_docstring(node) or "Do").split()[0]
                if first in NO_VERB:
                    found.append(f"{path.relative_to(root)}: {node.name}: {first} ...")
    return found


def foreign_texts(root: Path) -> list[str]:
    """Text files that name what another machine does not have or should not be told."""
    problems = []
    for path in files_under(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            problems += [
                f"{path.relative_to(root)}:{number}: {what}: {found[0]}"
                for what, pattern in FOREIGN.items()
                if (found := pattern.search(line))
            ]
    return problems


def faults_of_lock(lock: str, project: str) -> list[str]:
    """What is wrong with a lock (text) for a pyproject.toml (text): hashes, addresses, missing or stale."""
    problems = []
    entries = [entry.strip() for entry in re.sub(r" *\\\n *", " ", lock).splitlines()]
    pins: dict[str, str] = {}
    for entry in entries:
        if not entry or entry.startswith("#"):
            continue
        pin = re.fullmatch(r"([\w.-]+)==(\S+)( ; [^#]*?)?((?: --hash=sha256:[0-9a-f]{64})+)", entry)
        if pin is None:
            problems.append(f"not a pinned package with hashes: {entry[:60]}")
        else:
            pins[canonicalize_name(pin[1])] = pin[2]
    if "://" in lock:
        problems.append("names an address")
    declared = tomllib.loads(project)["project"]
    extras = [line for lines in declared.get("optional-dependencies", {}).values() for line in lines]
    for requirement in map(Requirement, [*declared["dependencies"], *extras]):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            problems.append(f"{requirement.name} is missing: run `make lock`")
        elif version not in requirement.specifier:
            problems.append(f"{requirement.name} {version} does not satisfy {requirement}: run `make lock`")
    return problems


def faults_of_public_names(module: ModuleType, listed: Sequence[str]) -> list[str]:
    """How a module's public names differ from those listed; each must exist, functions be described."""
    names = list(getattr(module, "__all__", []))
    problems = [f"{name} is public but not listed here" for name in names if name not in listed]
    problems += [f"{name} is listed here but not public" for name in listed if name not in names]
    for name in names:
        if not hasattr(module, name):
            problems.append(f"{name} is in __all__ and does not exist")
        elif callable(getattr(module, name)) and not inspect.getdoc(getattr(module, name)):
            problems.append(f"{name} has no docstring")
    return problems


def test_folders_are_small() -> None:
    assert full_folders(ROOT) == []


def test_files_are_short() -> None:
    assert long_files(ROOT) == []


def test_docstrings_begin_with_a_verb() -> None:
    assert docstrings_without_a_verb(ROOT) == []


def test_a_docstring_without_a_verb_is_found(project: Path) -> None:
    good = 'def f() -> None:\n    """Return the town."""\n'
    (project / "model" / "town.py").write_text(f'{good}def g() -> None:\n    """What a town is."""\n')
    assert docstrings_without_a_verb(project) == ["model/town.py: g: What ..."]


def test_texts_travel() -> None:
    assert foreign_texts(ROOT) == []


def test_lock_is_whole() -> None:
    assert (
        faults_of_lock((ROOT / "requirements.lock").read_text(), (ROOT / "pyproject.toml").read_text()) == []
    )


def test_public_names() -> None:
    assert faults_of_public_names(importlib.import_module("wolsey"), PUBLIC_NAMES) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A made-up project without a fault."""
    (tmp_path / ".gitignore").write_text("results/\n*.py[cod]\n")
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    return tmp_path


def test_a_path_in_gitignore_is_refused(project: Path) -> None:
    (project / ".gitignore").write_text("# ours\nmodel/places/\n")
    with pytest.raises(ValueError, match="model/places: only names"):
        list(files_under(project))


def test_a_full_folder_is_found(project: Path) -> None:
    for number in range(LARGEST_FOLDER):
        (project / "model" / f"part{number}.py").write_text("")
    assert full_folders(project) == [f"model: {LARGEST_FOLDER + 1} files"]


def test_a_long_file_is_found(project: Path) -> None:
    (project / "model" / "town.py").write_text("x = 1\n" * LONGEST_FILE)
    assert long_files(project) == []
    (project / "model" / "town.py").write_text("x = 1\n" * (LONGEST_FILE + 1))
    assert long_files(project) == ["model/town.py: 401 lines"]


@pytest.mark.parametrize(
    "text",
    [
        f"from https://{HOSTS[0]}/simple",
        "DATA = '" + "/home" + "/ann/data.csv'",
        "see " + "/work" + "/notes.md",
        "open('../shared" + "/observed.csv')",
        "C:" + "\\Users\\ann",
    ],
)
def test_a_foreign_text_is_found(project: Path, text: str) -> None:
    (project / "README.md").write_text(
        "home/school and work/life, https://example.org/home/page, ~/.pyenv, ./tmp/x\n"
    )
    (project / "results").mkdir()
    (project / "results" / "manifest.json").write_text(text)
    (project / "picture.png").write_bytes(b"\x89PNG" + text.encode())
    assert foreign_texts(project) == []
    (project / "model" / "note.toml").write_text(f"\n{text}\n")
    assert [problem.split(":")[:2] for problem in foreign_texts(project)] == [["model/note.toml", "2"]]


LOCK = f"# via\nnumpy==2.5.1 ; sys_platform == 'linux' \\\n    --hash=sha256:{'0a' * 32}\n    # via mesa\n"
PYPROJECT = '[project]\ndependencies = ["numpy>=2.4"]\n'


@pytest.mark.parametrize(
    ("lock", "project_text"),
    [
        (LOCK + "scipy==1.18\n", PYPROJECT),
        (LOCK + f"scipy>=1.18 --hash=sha256:{'0a' * 32}\n", PYPROJECT),
        ("--index-url https" + "://example.org/simple\n" + LOCK, PYPROJECT),
        (LOCK, PYPROJECT.replace("numpy", "numba")),
        (LOCK, PYPROJECT.replace("2.4", "2.6")),
        (LOCK, PYPROJECT + '[project.optional-dependencies]\ndev = ["mypy"]\n'),
    ],
)
def test_a_fault_of_the_lock_is_found(lock: str, project_text: str) -> None:
    assert faults_of_lock(LOCK, PYPROJECT) == []
    assert faults_of_lock(lock, project_text) != []


def test_a_fault_of_the_public_names_is_found() -> None:
    module = ModuleType("front")
    module.__dict__.update(__all__=["run"], run=test_public_names)
    assert faults_of_public_names(module, ["run"]) == ["run has no docstring"]
    module.__dict__["run"] = python_files
    assert faults_of_public_names(module, ["run"]) == []
    assert faults_of_public_names(module, []) == ["run is public but not listed here"]
    assert faults_of_public_names(module, ["run", "Town"]) == ["Town is listed here but not public"]
    del module.__dict__["run"]
    assert faults_of_public_names(module, ["run"]) == ["run is in __all__ and does not exist"]
