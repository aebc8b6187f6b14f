"""The report to hand round: one HTML file that asks for nothing outside itself, and the tables behind it."""

from experiments.reach.findings import Findings
from experiments.report import costs_and_gains as worth
from experiments.report import drivers as causes
from experiments.report import limitations as trust
from experiments.report import required_effects as needed
from experiments.report import series_and_pathways as ways
from experiments.report import summary as opening
from experiments.report import targets, uncertainty
from experiments.report import vision as rungs
from experiments.report.look.page import PageSection, page
from experiments.report.tables import ReportTable
from experiments.runs.manifest import Made


def html(findings: Findings, manifest: Made) -> str:
    """The report as one HTML document.

    It opens without a network, works without a script and prints to A4; every picture has its figures in
    words; every table can be saved as CSV from it. The same findings and manifest give the same bytes.
    """
    sections = (
        PageSection("answer", "The answer", opening.answers(findings)),
        PageSection("glance", "Every goal at a glance", opening.glance(findings), True),
        PageSection("targets", "Target by target", targets.targets(findings), True),
        PageSection("vision", "The rungs of the vision", rungs.rungs(findings)),
        PageSection("years", "Year by year", ways.history(findings)),
        PageSection("paths", "From the first classroom on", ways.pathways(findings)),
        PageSection("needed", "What would have to be true", needed.needed(findings)),
        PageSection("drivers", "What drives it", causes.drivers(findings)),
        PageSection("uncertainty", "Where the uncertainty comes from", uncertainty.split(findings)),
        PageSection("worth", "What it costs and buys", worth.value(findings)),
        PageSection("gains", "Who gains", worth.gains(findings)),
        PageSection("scores", "How far to trust it", trust.scores(findings)),
        PageSection("assumptions", "What it leans on", trust.assumptions(findings)),
        PageSection("cannot", "What the model cannot say", trust.cannot(findings)),
        PageSection("made", "How it was made", trust.made(findings, manifest)),
    )
    title = f"Are the goals of {findings.title} within reach?"
    return page(
        title, opening.question(findings), sections, findings.banner, contents=True, script=True
    )  # fmt: skip


def tables(findings: Findings) -> dict[str, str]:
    """The tables of the report as CSV, by name: those that hold at least one row."""
    made: tuple[ReportTable, ...] = (
        opening.answers_table(findings),
        opening.likelihood_table(findings),
        targets.parts_table(findings),
        rungs.highest(findings),
        ways.series_table(findings),
        ways.paths_table(findings),
        needed.required_table(findings),
        needed.ladder_table(findings),
        needed.ceiling_table(findings),
        causes.drivers_table(findings),
        uncertainty.variance_table(findings),
        uncertainty.switches_table(findings),
        worth.costs_table(findings),
        worth.buys_table(findings),
        worth.gains_table(findings),
        trust.scores_table(findings),
        trust.assumptions_table(findings),
    )
    return {table.name: table.as_csv() for table in made if table.records}
