"""Every number of the model is used, and every number that the code reads exists."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from model.inputs.parameters import Parameters
from model.io.files import MODEL

RECORDS = frozenset(record.name for record in Parameters.load(place="ipswich"))
SECTIONS = frozenset(name.split(".")[0] for name in RECORDS)
WHOLE = "*"
"""Stands for all the sections together, where a name in the code holds them."""
HELD = {"parameters": WHOLE, "local": "town"}
"""Attributes, of whatever object, that hold all sections or one."""
ARGUMENTS = {
    ("adult_life.py", "_pay", "p"): "adulthood",
    ("national_need.py", "solve_need", "p"): "households",
    ("drawn_cards.py", "youth_voice", "parameters"): WHOLE,
    ("place_flows.py", "flows_of", "parameters"): WHOLE,
}
"""Sections that a function is handed, by (file, function, argument)."""


@dataclass
class Uses:
    """What code reads: `section.name` with its places, and sections in which it looks names up."""

    read: dict[str, list[str]] = field(default_factory=dict)
    looked_up_in: set[str] = field(default_factory=set)


def section_of(node: ast.expr, aliases: dict[str, str]) -> str | None:
    """The section, or WHOLE, that an expression stands for; None for any other value."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id)
    if isinstance(node, ast.Attribute):
        if section_of(node.value, aliases) == WHOLE and node.attr in SECTIONS:
            return node.attr
        return HELD.get(node.attr)
    return None


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of the plain names that a statement sets, `a, b = x, y` taken apart."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(one, ast.Name):
                        yield one.id, value


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions and methods that stand in no other function."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (each for each in inside if isinstance(each, ast.FunctionDef))


def uses_of(source: str, name: str) -> Uses:
    """What the functions of one file read."""
    found = Uses()
    for function in functions(ast.parse(source)):
        arguments = ((argument.arg, (name, function.name, argument.arg)) for argument in function.args.args)
        aliases = {argument: ARGUMENTS[key] for argument, key in arguments if key in ARGUMENTS}
        for node in ast.walk(function):
            for target, value in assigned(node):
                section = section_of(value, aliases)
                if section is not None:
                    aliases[target] = section
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute):
                section = section_of(node.value, aliases)
                if section in SECTIONS:
                    place = f"{name}:{node.lineno}"
                    found.read.setdefault(f"{section}.{node.attr}", []).append(place)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
                section = section_of(node.args[0], aliases)
                if section in SECTIONS:
                    found.looked_up_in.add(str(section))
    return found


@pytest.fixture(scope="module")
def uses() -> Uses:
    """Of all files of the package `model`."""
    whole = Uses()
    for path in sorted(MODEL.rglob("*.py")):
        one = uses_of(path.read_text(encoding="utf-8"), Path(path).name)
        whole.looked_up_in |= one.looked_up_in
        for name, places in one.read.items():
            whole.read.setdefault(name, []).extend(places)
    return whole


def test_every_number_of_the_model_is_used(uses: Uses) -> None:
    unused = {name for name in RECORDS - set(uses.read) if name.split(".")[0] not in uses.looked_up_in}
    assert unused == set()


def test_every_number_that_the_code_reads_exists(uses: Uses) -> None:
    assert {name: places for name, places in uses.read.items() if name not in RECORDS} == {}


def test_reading_sees_through_local_names() -> None:
    source = """
def _phase(town):
    c, p = town.children, town.parameters.learning
    everything = town.parameters
    q = everything.neet
    here = town.local.pay + c.theta
    return here + p.trait_share + q.level + town.parameters.routes.higher + everything.schools.moving

class World:
    def of(self):
        d, h = self.parameters.demography, self.parameters.households
        return [getattr(self.parameters.assessment, name) for name in d.siblings] + h.misspelt
"""
    found = uses_of(source, "x.py")
    assert set(found.read) == {
        "learning.trait_share",
        "neet.level",
        "town.pay",
        "routes.higher",
        "schools.moving",
        "demography.siblings",
        "households.misspelt",
    }
    assert found.looked_up_in == {"assessment"}
    assert found.read["town.pay"] == ["x.py:6"]
