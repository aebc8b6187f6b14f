"""The base of all pages: one template, one style sheet, one policy, and nothing fetched."""

import base64
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from experiments.plotting import palette
from experiments.report.look.html import Child, Html, el, join, raw, render

COLOURS: Final = {
    "ink": palette.INK,
    "soft": palette.SOFT,
    "rule": palette.RULE,
    "pale": palette.PALE,
    "white": palette.WHITE,
    "navy": palette.BLUE,
    "rust": palette.RUST,
    "focus": palette.ORANGE,
    "blush": palette.BLUSH,
}
"""The palette as the style sheets name it."""
HATCHES: Final = (
    ("later", "rule", 1, 8, 45),
    ("notyet", "rust", 2, 6, -45),
    ("chance", "ink", 1.5, 5, 0),
    ("effects", "white", 2, 6, 45),
)
"""Patterns that charts fill areas with: name, colour, width of a line, distance of two, and turn, degrees."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of the page: its anchor, its head, what is in it, and whether it begins a new printed page."""

    id: str
    head: str
    inside: Child
    new_page: bool = False


def page(
    title: str,
    opening: Child,
    sections: Sequence[PageSection],
    banner: str = "",
    kind: str = "",
    contents: bool = False,
    script: bool = False,
) -> str:
    """Return a whole HTML document. Its policy lets it ask for nothing, and run no script but its own.

    Args:
        opening: what stands above the sections.
        banner: what stands above all, on every printed page too.
        kind: the class of the page ("figures": numbers aligned right, captions below their pictures).
        contents: whether links to all sections stand below the first.
        script: whether alternatives may be chosen (see pick.js).
    """
    style = [_text("screen.css"), _text("print.css"), *([_text("print_banner.css")] if banner else [])]
    run = _text("pick.js") if script else ""
    policy = ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'"]
    if script:
        digest = base64.b64encode(hashlib.sha256(run.encode()).digest()).decode()
        policy.append(f"script-src 'sha256-{digest}'")
    return render(
        "page.html.j2",
        title=title,
        policy="; ".join([*policy, "form-action 'none'"]),
        colours=COLOURS,
        hatches=HATCHES,
        style=raw("".join(style)),
        banner=banner,
        kind=kind,
        opening=join(opening),
        sections=[replace(each, inside=join(each.inside)) for each in sections],
        contents=contents,
        script=raw(run),
    )


def image(png: bytes, words: str, caption: Child = None, name: str = "") -> Html:
    """Return a picture as part of the page, which may be moved where it is wider than the screen; `words` say
    what it shows, `caption` what stands below it."""
    data = base64.b64encode(png).decode()
    picture = el("img", alt=words, src=f"data:image/png;base64,{data}")
    label = f"Picture: {name or words}"
    inside = el("div", picture, class_="scroll", tabindex="0", role="region", aria_label=label)
    return el("figure", inside, el("figcaption", caption or words))


def folded(head: str, *inside: Child) -> Html:
    """Return a part that is opened by its head."""
    return el("details", el("summary", head), *inside)


@functools.cache
def _text(name: str) -> str:
    from importlib.resources import files

    return files("experiments.report.look").joinpath(name).read_text(encoding="utf-8")
