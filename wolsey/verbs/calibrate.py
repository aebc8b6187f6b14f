"""The verb `calibrate`: the stages of a campaign watched, kept and told; or the recovery of known numbers."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from calibration import identify, recovery
from calibration.campaign import Campaign, CampaignPlan, Fitted
from calibration.observe import load_observations
from calibration.posterior import Posterior
from calibration.predict import Setting, scenario_of
from calibration.recovery import Recovery, recover
from calibration.sampling import PosteriorSample
from experiments.runs.manifest import SHORT
from experiments.runs.processes import checked_workers, processes
from experiments.runs.progress import in_words
from experiments.runs.report_folder import results_folder
from experiments.runs.storage import locked
from experiments.text import listing, table
from model.inputs.place_file import is_path
from model.inputs.place_name import place_called, short_name
from model.io.errors import InputError
from model.io.files import DEFAULT_PLACE
from wolsey.verbs.making import ended, shown

POSTERIOR: Final = "posterior.parquet"
USUAL: Final = CampaignPlan()
RECOVERED: Final = recovery.COUNT
MOST_INFORMED: Final = 10
WITHIN: Final = 2.0
_STAGES: Final = {
    "luck": "what is luck",
    "polished": "the fit with luck known",
    "profile": "what the data leave open",
    "towns": "towns that show what each number does",
    "recovery": "towns of the recovery",
}

type Show = Callable[[str, int, int, str], None]
"""Told the stage, how much of it is done of how much, and what time is left."""


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """What the user asked for; None is what was not given."""

    place: str = DEFAULT_PLACE
    draws: int = USUAL.kept
    starts: int | None = None
    scale: float = 1.0
    recovery: bool = False
    ship: bool = False
    workers: int | None = None
    out: Path | None = None

    def plan(self) -> CampaignPlan:
        """Return how much work that is. Raises InputError."""
        starts = USUAL.starts if self.starts is None else self.starts
        for name, value in (("--draws", self.draws), ("--starts", starts)):
            if value < 1:
                raise InputError("must be at least 1", at=name, value=value)
        return replace(USUAL, kept=self.draws, starts=starts)

    def setting(self) -> Setting:
        """Return what is lived. Raises InputError where the place has no observations, or the size cannot
        be."""
        place = place_called(self.place, "--place") if is_path(self.place) else self.place
        load_observations(place)
        if self.ship and self.scale != 1.0:
            problem = "only what was fitted with the whole town ships: leave out --scale or --ship"
            raise InputError(problem, at="--scale", value=self.scale)
        setting = Setting(place=place, scale=self.scale)
        try:
            scenario_of(setting, "local")
        except InputError as error:
            raise error.inside("--scale") from None
        return setting


def calibrate_place(options: CalibrateOptions) -> bool:
    """Make the posterior, or the recovery, and prints what came out; whether it is good enough to ship.

    Raises:
        InputError: something that the user gave cannot be used, or another calibration is at work in the
            folder; nothing is lived then.
        SystemExit: a worker died (1). KeyboardInterrupt: the user stopped it. What was finished is kept.
    """
    plan, setting = options.plan(), options.setting()
    if options.workers is not None:
        checked_workers(options.workers)
    with ExitStack() as held:
        with processes(options.workers) as executor:
            folder = options.out or results_folder("calibrate")
            try:
                campaign = Campaign(setting, executor, folder, plan)
                if options.out is None:
                    campaign.folder = folder / f"{short_name(setting.place)}-{campaign.key[:SHORT]}"
                    campaign.folder.mkdir(exist_ok=True)
            except OSError as error:
                raise InputError(f"cannot be written: {error.strerror}", where=str(folder)) from None
            held.enter_context(locked(campaign.folder))
            with ended(lambda: kept_in_words(campaign)), stages(setting.place) as show:
                check_figures(campaign)
                campaign.told = Watch(towns(campaign, options.recovery), show)
                fitted = campaign.fit()
                if options.recovery:
                    found = recover(campaign, fitted, RECOVERED)
                else:
                    sample = campaign.sample(fitted)
                    posterior = campaign.write(fitted, sample, campaign.folder / POSTERIOR)
        if options.recovery:
            return recovered(campaign, found, options.ship)
        return drawn(campaign, fitted, sample, posterior, options.ship)


def check_figures(campaign: Campaign) -> None:
    """Raise InputError where a reduced town has nothing to say of what is fitted."""
    if campaign.setting.scale >= 1:
        return
    problem = campaign.problem()
    found = problem.simulator([problem.values(np.zeros(len(campaign.numbers)))])[0].sum(axis=0)
    missing = [each.id for each, value in zip(campaign.observations, found, strict=True) if np.isnan(value)]
    if missing:
        why = f"is too small a town: it has no figure for {listing(missing)}"
        raise InputError(why, at="--scale", value=campaign.setting.scale)


def drawn(
    campaign: Campaign, fitted: Fitted, sample: PosteriorSample, posterior: Posterior, ship: bool
) -> bool:
    """Print what is known of a posterior, and ships it where asked and good enough."""
    enough = sample.effective >= campaign.plan.enough
    print("\n".join([*fit_lines(campaign, fitted), *sample_lines(posterior, sample, campaign.plan.enough)]))
    print("\n".join(["", *number_lines(campaign, fitted)]))
    path = campaign.folder / POSTERIOR
    print(f"\nWritten to {shown(path)}")
    if ship and enough:
        shipped = Posterior.path(campaign.setting.place)
        aside = shipped.with_suffix(".part")
        shutil.copyfile(path, aside)
        aside.replace(shipped)
        print(f"It ships now: {shown(shipped)}")
    elif ship:
        print("It does not ship: too few draws are effective.")
    return enough


def recovered(campaign: Campaign, found: Recovery, ship: bool) -> bool:
    """Write the recovery, prints its table, and ships it where asked. What it shows ships, good or not."""
    path = campaign.folder / "recovery.parquet"
    found.write(path)
    print("\n".join(recovery_lines(found)))
    print(f"\nWritten to {shown(path)}")
    if ship:
        found.write(Recovery.path(campaign.setting.place))
        print(f"It ships now: {shown(Recovery.path(campaign.setting.place))}")
    return bool(found.summary["good"].all())


def fit_lines(campaign: Campaign, fitted: Fitted) -> list[str]:
    """Say how well the best fit agrees with what was fitted."""
    luck = np.diag(fitted.luck["luck"])
    rows = zip(campaign.observations, fitted.predicted, luck, strict=True)
    residual = np.array([each.residual(float(value), float(chance)) for each, value, chance in rows])
    starts = ", ".join(f"{value:.1f}" for value in fitted.starts)
    worst = sorted(range(len(residual)), key=lambda i: -abs(residual[i]))[:3]
    named = ", ".join(f"{campaign.observations[i].id} {residual[i]:+.1f}" for i in worst)
    return [
        f"Best fit of {campaign.setting.place}: {len(residual)} observations up to {campaign.setting.until}, "
        f"{len(campaign.numbers)} numbers",
        f"  loss by start              {starts}; {fitted.loss:.1f} with luck known",
        f"  within {WITHIN:g} SD                {np.mean(np.abs(residual) <= WITHIN):.0%} of the residuals",
        f"  mean square                {np.mean(residual**2):.2f}",
        f"  farthest                   {named}",
    ]


def sample_lines(posterior: Posterior, sample: PosteriorSample, enough: int) -> list[str]:
    """Say how many draws there are, and how many they are worth."""
    short = "" if sample.effective >= enough else f": fewer than the {enough} that are needed"
    return [
        "Posterior",
        f"  effective draws            {sample.effective:.0f} of {len(sample.z)} proposals{short}",
        f"  distinct draws kept        {posterior.manifest['distinct']} of {posterior.draws}",
    ]


def number_lines(campaign: Campaign, fitted: Fitted) -> list[str]:
    """Return the numbers that data say most of, and how many they say nothing of."""
    left = np.sqrt(np.diag(fitted.covariance))
    order = np.argsort(left)[:MOST_INFORMED]
    rows = [("Most informed", "before", "after", "SD left")]
    for i in order:
        number = campaign.numbers[i]
        before, after = number.shift_or_value(0.0), number.shift_or_value(float(fitted.mean[i]))
        rows.append((f"  {number.name}", f"{before:.3f}", f"{after:.3f}", f"{left[i]:.2f}"))
    lines = table(rows, right=slice(1, None))
    none = int(np.sum(left > identify.NOT_INFORMED))
    lines.append(f"Not informed (SD left above {identify.NOT_INFORMED:g}): {none} of {len(left)} numbers")
    return lines


def recovery_lines(found: Recovery) -> list[str]:
    """Return the table of a recovery."""
    towns, share = found.manifest["towns"], found.manifest["interval"]
    low, high = recovery.COVERED
    lines = [
        f"{towns} towns lived with known numbers, each refitted {found.manifest['refit']}.",
        f"How often the {share:.0%} interval holds the number (good: {low:.0%} to {high:.0%}): from the "
        "figures of the towns;",
        "with errors as assumed, as numbers move the towns; and as the emulator says. Then whether ranks",
        "are even, SD left, bias.",
        "",
    ]
    rows: list[tuple[str, ...]] = [("", "towns", "moved", "emul.", "even, p", "SD left", "bias", "")]
    for name, row in found.summary.iterrows():
        rows.append((
            str(name),
            *(f"{row[each]:.0%}" for each in ("coverage", "coverage_moved", "coverage_emulated")),
            f"{row['uniform']:.3f}", f"{row['shrunk']:.2f}", f"{row['bias']:+.2f}",
            "" if row["good"] else "outside",
        ))  # fmt: skip
    return lines + table(rows, right=slice(1, -1))


def towns(campaign: Campaign, recovering: bool) -> dict[str, int]:
    """Return the most towns that each stage lives, in the order of the stages."""
    plan = campaign.plan
    layers = len({each.layer for each in campaign.observations})
    vector = plan.seeds * layers
    # A search lives its start, and for each step every number moved and three lengths of the step.
    search = (1 + plan.steps * (len(campaign.searched) + 3)) * vector
    found = {f"fit, start {start + 1} of {plan.starts}": search for start in range(plan.starts)}
    found |= {"what is luck": vector + plan.many_seeds * layers, "fit, with luck known": search}
    batches = plan.towns // plan.batch
    found |= {
        f"what each number does, {each + 1} of {batches}": plan.batch * layers for each in range(batches)
    }
    return found | ({recovery.STAGE: 2 * RECOVERED} if recovering else {})


class Watch:
    """Hears of every town of a campaign, and tells how much of the stage is done and how long all may
    take."""

    def __init__(
        self, most: Mapping[str, int], show: Show, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._show, self._clock = dict(most), show, clock
        self._began, self._lived, self._stage, self._in_stage = clock(), 0, "", 0

    def __call__(self, stage: str, done: int, of: int) -> None:
        if stage != self._stage:
            self._stage, self._in_stage = stage, 0
        self._lived += 1
        self._in_stage += 1
        most = max(self._most.get(stage, of), self._in_stage + of - done)
        names = list(self._most)
        after = names[names.index(stage) + 1 :] if stage in names else []
        left = most - self._in_stage + sum(self._most[name] for name in after)
        seconds = left * (self._clock() - self._began) / self._lived
        self._show(stage, self._in_stage, most, in_words(seconds))


@contextmanager
def stages(place: str) -> Iterator[Show]:
    """Yield a bar of the stage, on standard error where that is a terminal; elsewhere a line where a stage
    begins."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines_of_stages()
        return
    left = TextColumn("towns; all is done in {task.fields[left]} at most")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), left)
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(place, total=None, left="?")

        def show(stage: str, done: int, of: int, left: str) -> None:
            bars.update(task, description=f"{place}: {stage}", completed=done, total=of, left=left)

        yield show


def _lines_of_stages() -> Show:
    told = [""]

    def show(stage: str, done: int, of: int, left: str) -> None:
        if stage != told[0]:
            told[0] = stage
            print(f"wolsey: {stage} ({of} towns at most)", file=sys.stderr, flush=True)

    return show


def kept_in_words(campaign: Campaign) -> str:
    """Return what the folder holds of this calibration."""
    found = _names(sorted(campaign.folder.glob(f"*-{campaign.key[:12]}.npz"), key=_age))
    if not found:
        return "No stage was finished; nothing is kept."
    return f"Kept in {shown(campaign.folder)}: {listing(found)}; the same command again goes on from there."


def _age(path: Path) -> float:
    return path.stat().st_mtime


def _names(paths: Sequence[Path]) -> list[str]:
    """Return the stages by their files; towns are counted."""
    found: dict[str, int] = {}
    for path in paths:
        stage = path.stem.rsplit("-", 1)[0]
        if stage.startswith("start-"):
            found[f"start {int(stage.removeprefix('start-')) + 1} of the fit"] = 0
            continue
        name = _STAGES[stage.split("-")[0]]
        found.setdefault(name, 0)
        if stage.startswith(("towns-", "recovery")):
            with np.load(path) as held:
                found[name] += len(held["z" if "z" in held else "truth"])
    return [f"{count} {name}" if count else name for name, count in found.items()]
