"""What goals compare a town with: figures of England and of the English districts."""

from typing import Final

from model.goals.decision import Districts, Published
from model.indicators.registry import INDICATORS
from model.inputs.england import England

_MOVES_WITH: Final = {
    "attainment8_mainstream": "attainment8",
    "progress8_mainstream": "progress8",
    "em_grade4_mainstream": "em_grade4",
}
"""England's figures over mainstream schools are published for few years; otherwise they move with the
state-funded ones."""


def references(england: England) -> tuple[Published, Districts]:
    """Return what a town is compared with: figures of England and of the districts by indicator, in its unit,
    None where there is none; England's are carried after its last published year."""

    def of_england(indicator: str, group: str, year: int) -> float | None:
        series = INDICATORS[indicator].series if indicator in INDICATORS else indicator
        twin = _MOVES_WITH.get(series)
        if twin is None:
            return england.figure(series, group, year)
        if not england.has(series, group) or year < england.series(series, group).years[0]:
            return None
        own = england.series(series, group)
        since = int(own.years[own.years <= year][-1])
        change = england.series(twin, group if england.has(twin, group) else "all")
        return own.at(since) + change.carried(year) - change.carried(since)

    return of_england, england.district_figure
