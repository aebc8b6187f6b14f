"""HTML and SVG from Python: every text is escaped unless it is markup already."""

import functools
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

type Child = str | int | float | Iterable["Child"] | None
type Value = str | int | float | bool | None


class Html(str):
    """Text that is markup already: templates too write it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def el(tag: str, *children: Child, **attributes: Value) -> Html:
    """Return an element: texts among `children` are escaped, lists joined, None left out. An attribute's `_`
    stands for `-`, one at its end for nothing (`class_`); None and False leave it out, True gives it no
    value."""
    given = "".join(_attribute(name, value) for name, value in attributes.items())
    inside = join(*children)
    if not inside and tag in ("path", "rect", "line", "circle", "use", "polygon", "stop", "img", "br", "hr"):
        return Html(f"<{tag}{given}/>")
    return Html(f"<{tag}{given}>{inside}</{tag}>")


def join(*children: Child) -> Html:
    """Return the children one after the other."""
    return Html("".join(_child_text(child) for child in children))


def raw(text: str) -> Html:
    """Return a text that is markup and safe already."""
    return Html(text)


def render(template: str, **values: object) -> Html:
    """Fill in a template of this folder: every text is escaped unless it is markup already."""
    return raw(_environment().get_template(template).render(values))


@functools.cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("experiments.report", "look")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, keep_trailing_newline=False)


def _child_text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return html.escape(child)
    if isinstance(child, int | float):
        return number(child)
    return "".join(_child_text(each) for each in child)


def _attribute(name: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    said = name.rstrip("_").replace("_", "-")
    if value is True:
        return f' {said}=""'
    return f' {said}="{html.escape(value if isinstance(value, str) else number(value))}"'


def number(value: float) -> str:
    """Return a number for an attribute: two digits at most, none that say nothing."""
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said
