"""Why two lives part: read off the two towns right after the phase in which they do.

Every number in a reason is a quantity of the model: a dose, a chance and the draw held against it, a score
and the standard, a place and who had it. Nothing is guessed; where the model keeps no trace of a cause, the
reason says what of the child's own differed, or that nothing did.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lives.attainment import both_gains, both_own, school_inputs
from experiments.lives.facts import LAST_KS1, STAGES
from experiments.lives.inputs import HIGHER, PAY, RISK, WORK, inputs_that_differ, number, other_than, sd
from experiments.lives.inputs import LEVEL3 as LEVEL3_INPUTS
from experiments.lives.places import employer_reason, place_after_16, school_reason
from model.chance.luck import Luck
from model.population.chances_after_16 import LEVEL3, higher_chance, level3_chance, neet_log_odds, work_chance
from model.rules import national_standard as rod
from model.rules import routes
from model.state.gains import gain
from model.year import adult_life, next_steps

if TYPE_CHECKING:
    from experiments.lives.pair import Pair
    from model.chance.luck import Decision
    from model.town import Town

LEAST: Final = 0.0005
"""SD of skill under which a part of a difference is not told."""
_NEED_AGES, _SCHOOL_AGES, _GROWING = (0, 18), (5, 16), (1, 18)


@dataclass
class Reasons:
    """Reasons of the year at hand, gathered phase by phase (`after`)."""

    pair: "Pair"
    found: list[str] = field(default_factory=list)
    _inputs: dict[str, float] = field(default_factory=dict)
    _own_before: tuple[float, float] = (0.0, 0.0)
    _there_before: bool = True

    def after(self, phase: str) -> None:
        """Add what the phase that has just ended explains."""
        pair = self.pair
        if phase == "arrive":
            self.found = []
            self._on_arrival()
        if not pair.there:
            return
        found = {
            "households": self._on_need,
            "admissions": self._on_places,
            "attendance": self._on_absence,
            "learning": self._on_skill,
            "assessment": self._on_results,
            "next_steps": self._on_next_steps,
        }.get(phase)
        if found is not None:
            found()

    def _on_arrival(self) -> None:
        pair = self.pair
        if pair.there and "parent_since" in pair.parted:
            words = "a first child: who has one goes by age, qualification and chance among all of the town"
            self.found.append(other_than(words, inputs_that_differ(pair, ("qualification",))))
        if pair.there or pair.rows == (None, None):
            if pair.there and "family" in pair.parted:
                self.found.append(_other_family(pair))
            self._there_before = pair.there
            return
        gone = 0 if pair.rows[0] is None else 1
        if self._there_before:
            self.found.append(
                f"moved away in {pair.names[gone]} only: families move by chance, and more often where they "
                "are in need"
            )
        self._there_before = False

    def _on_need(self) -> None:
        pair = self.pair
        if not _NEED_AGES[0] <= pair.age <= _NEED_AGES[1] or "family.need" not in pair.parted:
            return
        income, line = pair.of_family("income"), pair.towns[0].world.need_line(pair.year)
        self.found.append(
            f"in need in {pair.names[0 if pair.of_family('need')[0] else 1]} only: the family's income is at "
            f"{_two(income)} SD of the country's, and need begins under {number(float(line))}"
        )

    def _on_places(self) -> None:
        pair = self.pair
        if _SCHOOL_AGES[0] <= pair.age <= _SCHOOL_AGES[1] and "school" in pair.parted:
            self.found.append(school_reason(pair))
        if pair.age == _SCHOOL_AGES[1] + 1 and {"post16", "route"} & set(pair.parted):
            self.found.append(self._start_after_16())

    def _start_after_16(self) -> str:
        """Return a level 3 course is begun by whoever's draw is under the chance; places go by grades."""
        pair = self.pair
        done = pair.towns[0].parameters.routes.completion
        chances = [
            float(routes.programme_start(level3_chance(town, rows), done)[0])
            for town, rows in zip(pair.towns, pair.rows_of_both(), strict=True)
        ]
        drawn = _draw(pair, LEVEL3, 0)
        if (drawn < chances[0]) != (drawn < chances[1]):
            return other_than(
                f"a level 3 course: chance of starting {_two(chances, 3)}, this child's draw {drawn:.3f}",
                inputs_that_differ(pair, LEVEL3_INPUTS),
            )
        return place_after_16(pair)

    def _on_absence(self) -> None:
        """Explain what differs in sessions missed; and what will enter this year's learning."""
        pair = self.pair
        if not _SCHOOL_AGES[0] <= pair.age <= _SCHOOL_AGES[1]:
            self._inputs = {}
        else:
            self._inputs = {name: b - a for name, (a, b) in school_inputs(pair).items()}
        self._own_before = both_own(pair)
        if "absence" not in pair.parted:
            return
        a, b = pair.of("absence")
        parts = {"programmes": _step(pair, "absence")}
        parts["social and emotional skills, and need"] = (b - a) - parts["programmes"]
        told = [f"{name} {x:+.2f} points" for name, x in parts.items() if abs(x) >= 0.005]
        if abs(b - a) >= 0.05 and told:
            self.found.append(f"sessions missed ({b - a:+.2f} points): " + ", ".join(told))

    def _on_skill(self) -> None:
        """Take apart the difference in attainment: what programmes add, what earlier years left, what this
        year brought."""
        pair = self.pair
        if not _GROWING[0] <= pair.age <= _GROWING[1]:
            return
        keep = float(pair.towns[0].parameters.learning.persistence)
        before, after = (b - a for a, b in (self._own_before, both_own(pair)))
        with_a, with_b = both_gains(pair)
        programmes = with_b - with_a
        parts = {"programmes in force": programmes, "left by earlier years": keep * before, **self._inputs}
        rest = after - keep * before - sum(self._inputs.values())
        moved = pair.of("school")[0] != pair.of("school")[1]
        parts["teachers of the year group, and home" if moved else "home"] = rest
        told = [f"{name} {sd(x)}" for name, x in parts.items() if abs(x) >= LEAST]
        if told:
            self.found.append(f"attainment ({sd(programmes + after)}): " + ", ".join(told))

    def _on_results(self) -> None:
        """Set scores against the standard of the year, with and without what programmes add."""
        pair = self.pair
        for age, column, series, words in STAGES:
            if pair.age != age or column not in pair.now or (column == "ks1" and pair.year > LAST_KS1):
                continue
            line = rod.cut(pair.towns[0].national(series))
            a, b = (float(x) for x in pair.of(column))
            if np.isnan(a) or np.isnan(b):
                continue
            crossed = (a > line) != (b > line)
            if crossed or abs(b - a) >= 0.005:
                both = "both reach it" if a > line else "neither reaches it"
                verdict = f"reached in {pair.names[int(b > line)]} only" if crossed else both
                self.found.append(f"{words}: scores {_two((a, b))}, the standard is at {line:.2f}, {verdict}")

    def _on_next_steps(self) -> None:
        pair = self.pair
        if not all(pair.of("followed")):
            return
        age = pair.age
        new = set(pair.parted)
        if age == 17 and "sustained_16" in new:
            self.found.append(_by_risk(pair, "staying on after 16"))
        elif age == 17 and "route" in new:
            self.found.append(employer_reason(pair) or _by_risk(pair, "what was begun at 16"))
        if age == 19:
            self._at_19(new)
        if 18 <= age <= 24 and "neet_terms" in new:
            self.found.append(_by_risk(pair, "terms neither in education nor work"))
        if age in (22, 23) and "qualification" in new:
            self.found.append("a degree in one world only, for the other life was not at university")
        if age >= 19 and "resident" in new:
            words = "who moves away goes by age, a degree and chance, and nobody does while at university"
            self.found.append(other_than(words, inputs_that_differ(pair, ("qualification", "route"))))
        if 25 <= age <= 30:
            self._at_work(new)

    def _at_19(self, new: set[str]) -> None:
        pair = self.pair
        rows = pair.rows_of_both()
        level3 = [float(level3_chance(t, r)[0]) for t, r in zip(pair.towns, rows, strict=True)]
        by_level3 = _draw(pair, LEVEL3, 0)
        if "qualification" in new:
            words = f"chance of level 3 by 19 {_two(level3, 3)}, this child's draw {by_level3:.3f}"
            if (by_level3 < level3[0]) == (by_level3 < level3[1]):
                words = f"level 2 by 19 goes by the score at 16, which is {_two(pair.of('ks4'))}"
            self.found.append(other_than(words, inputs_that_differ(pair, LEVEL3_INPUTS)))
        if "he" in new:
            higher = [float(higher_chance(t, r)[0][0]) for t, r in zip(pair.towns, rows, strict=True)]
            among = [h / max(chance, 0.01) for h, chance in zip(higher, level3, strict=True)]
            drawn = _draw(pair, next_steps.HIGHER, 0)
            held = " and ".join("yes" if by_level3 < x else "no" for x in level3)
            words = (
                f"higher education: chance of whoever has level 3 {_two(among, 3)}, this child's draw "
                f"{drawn:.3f}; level 3 held: {held}"
            )
            self.found.append(other_than(words, inputs_that_differ(pair, HIGHER)))
        if "sustained_18" in new:
            counted = [code >= 0 for code in pair.of("sustained_18")]
            if all(counted):
                words = "staying on after 18 goes by the score at 16"
                self.found.append(other_than(words, inputs_that_differ(pair, ("ks4",))))
            else:
                self.found.append(
                    "staying on after 18 is counted for whoever was on a level 3 course for two years: in "
                    f"{pair.names[int(counted[1])]} only"
                )
        if "employer" in new or ("route" in new and "he" not in new):
            self.found.append(employer_reason(pair) or _by_risk(pair, "the main activity at 19"))

    def _at_work(self, new: set[str]) -> None:
        pair = self.pair
        if "employed" in new:
            chances = [_work_chance(town, row) for town, row in zip(pair.towns, pair.rows, strict=True)]
            drawn = _draw(pair, adult_life.WORKS, 0)
            self.found.append(
                other_than(
                    f"work: chance {_two(chances, 3)}, this person's draw {drawn:.3f}",
                    inputs_that_differ(pair, WORK),
                )
            )
        elif "earnings" in new and all(pair.of("employed")):
            a, b = pair.of("earnings")
            if abs(b - a) >= 50:
                self.found.append(other_than(f"pay ({b / a - 1:+.1%})", inputs_that_differ(pair, PAY)))


def _two(values: tuple[float, ...] | list[float], digits: int = 2) -> str:
    """Return `0.52 and 0.58`: in the first world and in the second; once where both are the same to these
    digits."""
    a, b = (f"{value:.{digits}f}" for value in values)
    return f"{a} in both" if a == b else f"{a} and {b}"


def _draw(pair: "Pair", what: "Decision", year: int) -> float:
    """Return the child's draw, the same in both worlds."""
    luck: Luck = pair.towns[0].luck
    return float(luck.uniform(what, year, np.array([pair.child], np.uint32))[0])


def _step(pair: "Pair", state: str) -> float:
    """Return what programmes add to a state in the second world, less the same in the first."""
    a, b = (float(gain(t, state, r)[0]) for t, r in zip(pair.towns, pair.rows_of_both(), strict=True))
    return b - a


def _work_chance(town: "Town", row: int | None) -> float:
    c, at = town.children, np.array([row])
    own = (c.ks4[at], c.qualification[at] == 3, c.fsm_at_15[at], c.neet_months[at])
    return float(work_chance(town, *(values.astype(np.float32) for values in own))[0])


def _by_risk(pair: "Pair", what: str) -> str:
    """Return what goes by the recorded risk of being NEET: the risk in both worlds and what moves it."""
    risk = [
        float(neet_log_odds(town, rows)[0])
        for town, rows in zip(pair.towns, pair.rows_of_both(), strict=True)
    ]
    return other_than(
        f"{what}: the odds of being out of education and work are multiplied by {np.exp(risk[0]):.2f} and "
        f"{np.exp(risk[1]):.2f} beside England's average",
        inputs_that_differ(pair, [name for name in RISK if pair.age > 17 or name != "route"]),
    )


def _other_family(pair: "Pair") -> str:
    parents = pair.of_family("parent")
    grew = [
        f"a parent who grew up here ({parent})" if parent else "parents who did not grow up here"
        for parent in parents
    ]
    return (
        f"born to {grew[0]} in {pair.names[0]}, to {grew[1]} in {pair.names[1]}: who has children when "
        "depends on what the generation before has reached"
    )
