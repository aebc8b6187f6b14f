"""The page itself: head, contents, sections, and the banner that stands on every printed page."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.report.look.css import STYLE
from experiments.report.look.html import Child, Html, el, raw
from experiments.report.look.palette import patterns
from experiments.report.look.print_css import ON_EVERY_PAGE
from experiments.report.look.script import SCRIPT


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its head, what is in it, and whether it begins a new printed page."""

    id: str
    head: str
    inside: Child
    new_page: bool = False


def page(title: str, banner: str, opening: Html, sections: Sequence[Section]) -> str:
    """The whole document. Its policy lets it ask for nothing, and run no script but its own."""
    script = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; base-uri 'none'; "
        "form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width,initial-scale=1"),
        el("title", title),
        raw(f"<style>{STYLE}{ON_EVERY_PAGE if banner else ''}</style>"),
    )
    body = el(
        "body",
        el("a", "To the answer", href="#answer", class_="skip"),
        el("aside", el("p", banner), class_="banner", aria_label="About these numbers") if banner else None,
        patterns(),
        el(
            "main",
            opening,
            _section(sections[0], _contents(sections)),
            [_section(each) for each in sections[1:]],
        ),
        raw(f"<script>{SCRIPT}</script>"),
    )
    return f'<!DOCTYPE html>\n<html lang="en-GB">{head}\n{body}</html>\n'


def _contents(sections: Sequence[Section]) -> Html:
    items = [el("li", el("a", each.head, href=f"#{each.id}")) for each in sections]
    return el("nav", el("ol", items), aria_label="Contents")


def _section(section: Section, after: Child = None) -> Html:
    id_ = f"{section.id}-head"
    return el(
        "section",
        el("h2", section.head, id=id_),
        section.inside,
        after,
        "\n",
        id=section.id,
        aria_labelledby=id_,
        class_="part-of-page new-page" if section.new_page else "part-of-page",
    )
