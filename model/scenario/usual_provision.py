"""Programmes that reach nobody beyond those whom England serves anyway."""

from model.scenario.programmes import Use
from model.scenario.scenario import Scenario


def within_usual_provision(scenario: Scenario, use: Use) -> tuple[float, float] | None:
    """Return the most that a programme reaches and the least that England does, where the first is no more.

    Returns
    -------
    (reach, usual) as shares of the eligible, or None where the programme adds something in a year, or says
    how many places it has: these come on top of usual provision.
    """
    usual = {year: scenario.card(use.card).usual_share(year) for year in range(use.start, use.end + 1)}
    reach = {year: use.reach_in(year) for year in usual}
    planned = {year: share for year, share in reach.items() if share}
    if not planned or any(share > usual[year] for year, share in planned.items()):
        return None
    return max(planned.values()), min(usual[year] for year in planned)


def usual_provision_note(scenario: Scenario, use: Use) -> str | None:
    """Say in one sentence that a programme serves nobody, for England serves as many anyway; else None."""
    found = within_usual_provision(scenario, use)
    if found is None:
        return None
    reach, usual = found
    return (
        f"{use.name}: its reach of {reach:g} lies within the {usual:g} of the eligible whom England serves "
        "anyway, so it adds nobody"
    )
