"""A browser for tests: Debian's Chromium, or another that the machine has, in fonts that the tests bring.

Which fonts a machine has does not matter: Chromium is shown a folder made here, and one family in it stands
for all that a page names. The wide one is DejaVu, which Matplotlib ships; the narrow one Roboto, about as
wide as Arial, which Mesa's viewer ships. A test of how text fits is marked `@in_both_fonts`; all others see
the wide one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from xml.sax.saxutils import escape

import matplotlib as mpl
import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, expect, sync_playwright

from benchmarks.workshop import BROWSERS
from benchmarks.workshop_page import FLAGS
from tests.waiting import LONGEST

WIDE, NARROW = "wide", "narrow"
FAMILIES: Final = {WIDE: ("DejaVu Sans", "DejaVu Serif"), NARROW: ("Roboto", "STIXGeneral")}
"""What stands for every family without and with serifs; a sign that it lacks comes from DejaVu Sans."""
STYLES: Final = {"Roboto", "Roboto Bold", "Roboto Italic", "Roboto Bold Italic"}
in_both_fonts = pytest.mark.parametrize("font", [WIDE, NARROW])

CONFIGURATION: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias binding="same"><family>serif</family><prefer><family>{serif}</family></prefer></alias>
  <match target="pattern">
    <edit name="family" mode="append" binding="weak">
      <string>{sans}</string><string>DejaVu Sans</string>
    </edit>
  </match>
</fontconfig>
"""

MISSING = "no Chromium on this machine"
"""Why a test is skipped where there is none; `conftest.py` counts them."""


def chromium() -> str:
    """Where it is. Skips the test where there is none, and fails it where WOLSEY_BROWSER says "required"."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        if os.environ.get("WOLSEY_BROWSER") == "required":
            pytest.fail(f"{MISSING}: install the package chromium")
        pytest.skip(MISSING)
    return found


@contextmanager
def browsers() -> Iterator[Callable[[str], Browser]]:
    """Give running browsers by their font, WIDE or NARROW: each is started when first asked for, and closed
    afterwards."""
    executable, started = chromium(), dict[str, Browser]()
    expect.set_options(timeout=1000 * LONGEST)
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())

        def in_font(font: str) -> Browser:
            if font not in started:
                folder = Path(stack.enter_context(TemporaryDirectory(prefix="wolsey-fonts-")))
                started[font] = playwright.chromium.launch(
                    executable_path=executable,
                    args=list(FLAGS),
                    env={**os.environ, "FONTCONFIG_FILE": str(configured(folder, font))},
                )
                stack.callback(started[font].close)
            return started[font]

        yield in_font


def configured(folder: Path, font: str) -> Path:
    """Write the fonts and fontconfig's file into a folder; the path of that file."""
    fonts = folder / "fonts"
    fonts.mkdir()
    for file in (Path(mpl.get_data_path()) / "fonts" / "ttf").iterdir():
        if file.stem.startswith("DejaVu") or (font == NARROW and file.stem.startswith("STIXGeneral")):
            shutil.copy(file, fonts)
    if font == NARROW:
        write_roboto(fonts)
    sans, serif = FAMILIES[font]
    path = folder / "fonts.conf"
    path.write_text(
        CONFIGURATION.format(folder=escape(str(folder)), sans=sans, serif=serif), encoding="utf-8"
    )
    return path


def write_roboto(folder: Path) -> None:
    """Write the styles that a page uses as TrueType files, for Chromium reads none in the web's form.

    Their names in the package say nothing, so each is opened. Fails the test where one is missing.
    """
    missing = set(STYLES)
    for path in files("ipyvuetify") or ():
        if path.suffix == ".woff" and missing:
            with TTFont(path.locate(), lazy=True) as font:
                name = font["name"].getDebugName(4)
                if name in missing:
                    font.flavor = None
                    font.save(folder / f"{name}.ttf")
                    missing.remove(name)
    if missing:
        pytest.fail(f"ipyvuetify, of the extra `viewer`, no longer brings the font {sorted(missing)[0]}")
