"""Colours and looks of all pictures and pages: Matplotlib, SVG and style sheets alike.

The palette of the UK Government Analysis Function: its colours stay apart for every kind of colour vision,
and with dashes and markers in grey as well.
"""

from dataclasses import dataclass
from typing import Final

INK: Final = "#0B0C0C"
GREY: Final = "#505A5F"
SOFT: Final = "#424B50"
RULE: Final = "#CBD2D6"
PALE: Final = "#EEF3F7"
GROUND: Final = "#F3F5F6"
NO_TESTS: Final = "#E4E7EA"
WHITE: Final = "#FFFFFF"
BLUE: Final = "#12436D"
MID_BLUE: Final = "#2073BC"
TINT: Final = "#B4CBDF"
PALE_BLUE: Final = "#D6E4EF"
ORANGE: Final = "#F46A25"
RUST: Final = "#A33C00"
PALE_ORANGE: Final = "#FAD0BA"
BLUSH: Final = "#FDF3EE"


@dataclass(frozen=True, slots=True)
class Look:
    """How a scenario or a group is drawn: `colour` of marks, `text` of words (dark enough on white), `tint`
    of bands, `dash` of lines (lengths drawn and left out; empty: whole) and shape of its `marker`."""

    colour: str
    text: str
    tint: str
    dash: str
    marker: str


DARK: Final = Look("#3D3D3D", "#3D3D3D", "#D5D8DA", "1.5 4", "circle")
NEUTRAL: Final = Look(GREY, GREY, RULE, "12 4 2 4", "circle")
BLUES: Final = Look(BLUE, BLUE, TINT, "", "square")
ORANGES: Final = Look(ORANGE, RUST, PALE_ORANGE, "8 4", "triangle")
LOOKS: Final = (
    DARK,
    ORANGES,
    BLUES,
    Look("#801650", "#801650", "#E0BFD1", "11 3 2 3", "diamond"),
    Look("#28A197", "#17645E", "#BCE0DD", "4 3", "cross"),
    Look("#A285D1", "#5F4391", "#DDD2EE", "14 5", "down"),
)
