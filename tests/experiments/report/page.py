"""A report as a test reads it."""

import csv
import io
import re
from html.parser import HTMLParser

from experiments.reach.findings import Findings
from experiments.report.build import html
from tests.experiments.report.findings import MadeByHand

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """What stands in a page: elements with attributes, and the text of each, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.pictures: list[dict[str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "svg" and "svg" not in self.open:
            self.pictures.append(self.elements[-1][1])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """All that a reader can read."""
        return re.sub(r"\s+", " ", "\n".join(self.texts))

    def having(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]


def made(found: Findings) -> Page:
    """The page of findings."""
    return Page(html(found, MadeByHand()))


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text)))
