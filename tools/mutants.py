"""Change one operator or number of the model at a time, and see whether the tests notice.

    nice .venv/bin/python tools/mutants.py --count 100 --seed 1
    .venv/bin/python tools/mutants.py --in model/rules model/year --count 40
    .venv/bin/python tools/mutants.py --only model/delivery/serve_children.py:247

Mutants are drawn by seed over all places in the folders, each in a copy of the tree that is thrown away; the
tree itself is never touched. For each the tests of its module and the frozen small towns run, and where these
pass all tests that import the module, those of whole towns and those of its folder. Prints a line a mutant
and, at the end, those that survived. Exit code 1 if any did.
"""

import argparse
import ast
import importlib
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = tuple(f"model/{name}" for name in ("rules", "year", "delivery", "population", "kernels", "state"))
GOLDEN = "tests/model/test_golden_town.py"
"""Frozen small towns, which run for every mutant."""
TOWNS = ("test_every_lever", "test_town_")
"""What else runs for every mutant that these let pass."""
PATIENCE = (60, 300)
"""Seconds of processor time for the first tests of a mutant, and for the others."""
NOT_COPIED = (".git", ".venv", "results", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")

OPTIONS = ("-qx", "--no-header", "--noconftest", "-p", "no:cacheprovider")
"""Of pytest; what `tests/conftest.py` brings is for other folders than tests/model, and costs seconds."""
LIBRARIES = ("numpy", "scipy.stats", "numba", "pandas", "pydantic", "mesa")
"""Loaded once for all mutants."""

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.USub: (ast.UAdd,),
}
_SIGNS: dict[type[ast.AST], str] = {
    **dict(
        zip(
            (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq),
            ["<", "<=", ">", ">=", "==", "!="],
            strict=True,
        )
    ),
    **dict(zip((ast.Is, ast.IsNot, ast.In, ast.NotIn), ("is", "is not", "in", "not in"), strict=True)),
    **dict(zip((ast.And, ast.Or, ast.USub, ast.UAdd), ("and", "or", "-", "+"), strict=True)),
    **dict(zip((ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv), ["+", "-", "*", "/", "//"], strict=True)),
    **dict(zip((ast.Mod, ast.Pow, ast.BitAnd, ast.BitOr), ["%", "**", "&", "|"], strict=True)),
    **dict(zip((ast.LShift, ast.RShift), ["<<", ">>"], strict=True)),
}


@dataclass(frozen=True)
class Mutant:
    """A change of one node: the `number`-th place of a file, and what it becomes."""

    path: str
    line: int
    number: int
    words: str

    @property
    def name(self) -> str:
        """File, line and change."""
        return f"{self.path}:{self.line}: {self.words}"


class Places(ast.NodeVisitor):
    """Collects (node, field, position, replacement, words) of all that can be changed in what runs."""

    def __init__(self) -> None:
        self.found: list[tuple[ast.AST, str, int, ast.AST | object, str]] = []

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)
        for statement in node.body:
            self.visit(statement)

    def visit_Raise(self, node: ast.Raise) -> None:
        """What an error says is another matter."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """It only tells the type checker."""

    def visit_TypeAlias(self, node: ast.TypeAlias) -> None:
        """A type does not run."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Words."""

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def generic_visit(self, node: ast.AST) -> None:
        for field in ("op", "ops"):
            operators = getattr(node, field, None)
            listed = operators if isinstance(operators, list) else [operators]
            for position, operator in enumerate(listed):
                for other in SWAPS.get(type(operator), ()):
                    words = f"{_SIGNS[type(operator)]} made {_SIGNS[other]}"
                    at = position if isinstance(operators, list) else -1
                    self.found.append((node, field, at, other(), words))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            sign = "not" if isinstance(node.op, ast.Not) else "~"
            self.found.append((node, "op", -1, None, f"{sign} left out"))
        if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            value = node.value
            other_value = not value if isinstance(value, bool) else value + 1 if value < 2 else value * 1.5
            if isinstance(value, int) and not isinstance(value, bool):
                other_value = value + 1
            self.found.append((node, "value", -1, other_value, f"{value!r} made {other_value!r}"))
        super().generic_visit(node)


def places_of(tree: ast.Module) -> Places:
    """All that can be changed in a module."""
    places = Places()
    places.visit(tree)
    return places


def mutants_of(path: Path, root: Path) -> Iterator[Mutant]:
    """All mutants of one file."""
    for number, (node, _, _, _, words) in enumerate(places_of(ast.parse(path.read_text())).found):
        yield Mutant(path.relative_to(root).as_posix(), getattr(node, "lineno", 0), number, words)


def mutated(source: str, number: int) -> str:
    """The source of a module with its `number`-th place changed."""
    tree = ast.parse(source)
    node, field, position, other, _ = places_of(tree).found[number]
    if position >= 0:
        getattr(node, field)[position] = other
    elif other is None:
        assert isinstance(node, ast.UnaryOp)
        # A double negation of the same kind is the operand itself.
        inner = ast.UnaryOp(node.op, node.operand)
        node.operand = inner
    else:
        setattr(node, field, other)
    return ast.unparse(ast.fix_missing_locations(tree))


def tests_of(path: str, root: Path) -> tuple[list[str], list[str]]:
    """Files of tests for a module: its own and the frozen towns, then all others that may see it."""
    module = path.removesuffix(".py").replace("/", ".")
    package, _, name = module.rpartition(".")
    wanted = re.compile(rf"from {re.escape(module)} import|from {re.escape(package)} import .*\b{name}\b")
    files = sorted((root / "tests" / "model").rglob("test_*.py"))
    own = [file for file in files if file.name == f"test_{name}.py"]
    more = [file for file in files if file not in own and wanted.search(file.read_text())]
    folder = [file for file in files if file.parent.name == package.rpartition(".")[2]]
    towns = [file for file in files if file.name.startswith(TOWNS)]
    first = [*(file.relative_to(root).as_posix() for file in own), GOLDEN]
    rest = [file.relative_to(root).as_posix() for file in dict.fromkeys([*more, *towns, *folder])]
    return list(dict.fromkeys(first)), [test for test in rest if test not in first]


def run_tests(tests: list[str], root: Path, patience: int) -> tuple[str, float]:
    """What the tests of a copy of the tree say ("passed", or what failed first), and the processor time.

    They run in a fork of this process, which holds the libraries already and nothing of the model."""
    told, child = root.parent / "told", os.fork()
    if not child:
        _be_pytest([*OPTIONS, *tests], root, told, patience)
    _, status, usage = os.wait4(child, 0)
    spent = usage.ru_utime + usage.ru_stime
    if os.WIFSIGNALED(status):
        return "took too long" if os.WTERMSIG(status) == signal.SIGXCPU else "crashed", spent
    text = told.read_text(errors="replace")
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", text, re.MULTILINE)
    return "passed" if status == 0 else failed[1] if failed else text[-200:], spent


class NoShrinking:
    """Hypothesis stops at the first example that fails, however slow it was."""

    def pytest_configure(self) -> None:
        """Choose the profile."""
        from hypothesis import HealthCheck, Phase, settings

        phases = (Phase.explicit, Phase.generate)
        ignored = [HealthCheck.too_slow]
        settings.register_profile("mutants", deadline=None, suppress_health_check=ignored, phases=phases)
        settings.load_profile("mutants")


def _be_pytest(arguments: list[str], root: Path, told: Path, patience: int) -> NoReturn:
    """Run pytest in this process, a child, and end it."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (patience, patience + 10))
        os.chdir(root)
        with told.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.path[0] = os.environ["PYTHONPATH"] = str(root)
        code = int(pytest.main(arguments, plugins=[NoShrinking()]))
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)


@contextmanager
def changed(mutant: Mutant, root: Path) -> Iterator[None]:
    """The copy of the tree with a mutant in it; then as it was, its compiled kernels too."""
    path = root / mutant.path
    source, times = path.read_text(), path.stat()
    # A rule becomes part of kernels in other files, whose compiled code is renewed too.
    caches = [*(root / "model").rglob("__pycache__")] if "model.compiled" in source else []
    for number, cache in enumerate(caches):
        shutil.copytree(cache, root.parent / "caches" / str(number))
    pyc = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
    path.write_text(mutated(source, mutant.number))
    pyc.unlink(missing_ok=True)
    try:
        yield
    finally:
        path.write_text(source)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        pyc.unlink(missing_ok=True)
        for number, cache in enumerate(caches):
            shutil.rmtree(cache)
            shutil.move(root.parent / "caches" / str(number), cache)


def try_one(mutant: Mutant, root: Path) -> tuple[str, float]:
    """The first test that notices a mutant, or "" if none does; and the processor time."""
    spent = 0.0
    with changed(mutant, root):
        for tests, patience in zip(tests_of(mutant.path, root), PATIENCE, strict=True):
            said, seconds = run_tests(tests, root, patience) if tests else ("passed", 0.0)
            spent += seconds
            if said != "passed":
                return said, spent
    return "", spent


def drawn(arguments: argparse.Namespace, root: Path) -> list[Mutant]:
    """The mutants to try."""
    if arguments.only:
        wanted = [each.rpartition(":") for each in arguments.only]
        return [
            mutant
            for path, _, line in wanted
            for mutant in mutants_of(root / path, root)
            if mutant.line == int(line)
        ]
    files = [file for folder in arguments.folders for file in sorted((root / folder).rglob("*.py"))]
    everything = [mutant for file in files for mutant in mutants_of(file, root)]
    print(f"{len(everything)} places in {len(files)} files", flush=True)
    return random.Random(arguments.seed).sample(everything, min(arguments.count, len(everything)))


def main() -> int:
    """Draw mutants and try them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=40, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=1, help="which are drawn")
    parser.add_argument("--in", dest="folders", nargs="+", default=list(FOLDERS), help="folders or files")
    parser.add_argument("--only", nargs="+", metavar="FILE:LINE", help="all mutants of these lines")
    arguments = parser.parse_args()
    # A process with threads cannot be forked safely, and these libraries start some.
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
    for library in LIBRARIES:
        importlib.import_module(library)
    survived: list[Mutant] = []
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        said, _ = run_tests([GOLDEN], root, PATIENCE[1])
        if said != "passed":
            print(f"the tests fail without a mutant: {said}")
            return 2
        mutants = drawn(arguments, root)
        for number, mutant in enumerate(mutants, 1):
            said, seconds = try_one(mutant, root)
            print(f"{number:>3} {seconds:4.0f} s  {mutant.name}  {said or 'SURVIVED'}", flush=True)
            if not said:
                survived.append(mutant)
    caught = len(mutants) - len(survived)
    print(f"\n{caught} of {len(mutants)} caught in {(time.monotonic() - began) / 60:.0f} minutes; survived:")
    print("\n".join(mutant.name for mutant in survived) or "none")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
