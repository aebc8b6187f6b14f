"""Keyed chance: a draw is a pure function of (seed, decision, year, id[, alternative]), and of nothing else.

So the order of the ids, who else is asked, how often and by which part of the model never move anybody's
luck: the same child has the same luck in both arms of a comparison, and one more child changes nobody else's
draws.

A decision is a registered name, given once, at the head of the module that draws for it:

    THETA = decision("child.theta")
    ...
    theta = luck.normal(THETA, year, ids)

One decision is one draw an id and year: uniform, normal, bernoulli and Gumbel read the same word, so a
second, independent draw needs a second decision (or another alternative). The generator is in `philox`.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.chance import philox

type Ids = NDArray[np.uint32]
type Chances = float | NDArray[np.float32] | NDArray[np.float64]

_LARGEST = 2**32 - 1
_UINT32 = np.dtype(np.uint32)
_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")

_registered: dict[int, str] = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """A thing that is decided by chance: its name and the 32-bit key by which its draws are found."""

    name: str
    key: int


def key_of(name: str) -> int:
    """Return the key of a decision: the first 32 bits of the BLAKE2b hash of its name."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "little")


def decision(name: str) -> Decision:
    """Register a decision, once for its name, when the module that draws for it is imported.

    `name` is lower-case words joined by dots, such as "child.theta". Raises `ValueError` if it is not, if the
    name is registered already, or if its key is that of another name.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"decision {name!r}: must be lower-case words joined by dots, such as 'child.theta'")
    key = key_of(name)
    other = _registered.get(key)
    if other == name:
        raise ValueError(
            f"decision {name!r} is registered twice: two uses of one name would share their draws"
        )
    if other is not None:
        raise ValueError(
            f"decisions {name!r} and {other!r} have the same 32-bit key {key}: rename one of them"
        )
    _registered[key] = name
    return Decision(name, key)


def decisions() -> tuple[Decision, ...]:
    """List all decisions registered so far, by name."""
    return tuple(Decision(name, key) for key, name in sorted(_registered.items(), key=lambda item: item[1]))


@dataclass(frozen=True, slots=True)
class Luck:
    """The luck of one run: all its draws follow from `seed`, a whole number from 0 to 2**32 - 1.

    `ids` (n,) is an array of uint32, in any order, contiguous or not; `year` and `alternative` are whole
    numbers from 0 to 2**32 - 1. Raises `ValueError` for a number outside its range or a shape that does not
    fit, and `TypeError` for ids or alternatives of another kind.
    """

    seed: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", _whole("seed", self.seed))

    def uniform(self, decision: Decision, year: int, ids: Ids, alternative: int = 0) -> NDArray[np.float32]:
        """Draw (n,) from the uniform distribution, 0 < u < 1, in steps of 2**-32 near 0."""
        return self._draw(philox.uniforms, decision, year, ids, alternative)

    def normal(self, decision: Decision, year: int, ids: Ids, alternative: int = 0) -> NDArray[np.float32]:
        """Draw (n,) from the standard normal distribution."""
        return self._draw(philox.normals, decision, year, ids, alternative)

    def uniforms(
        self, decisions: Sequence[Decision], year: int, ids: Ids, alternatives: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Draw (D, n) uniforms of several decisions for the same ids, each row as `uniform` gives it.

        `alternatives` (D,) go with the decisions; 0 for all if none are given.
        """
        return self._draws(philox.uniforms, decisions, year, ids, alternatives)

    def normals(
        self, decisions: Sequence[Decision], year: int, ids: Ids, alternatives: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Draw (D, n) normals of several decisions for the same ids, as `uniforms` gives uniform ones."""
        return self._draws(philox.normals, decisions, year, ids, alternatives)

    def _draw(
        self, kernel: Callable[..., None], decision: Decision, year: int, ids: Ids, alternative: int
    ) -> NDArray[np.float32]:
        ids = _checked(ids)
        out = np.empty(ids.size, np.float32)
        kernel(self.seed, decision.key, _whole("year", year), _whole("alternative", alternative), ids, out)
        return out

    def _draws(
        self,
        kernel: Callable[..., None],
        decisions: Sequence[Decision],
        year: int,
        ids: Ids,
        alternatives: Sequence[int] | None,
    ) -> NDArray[np.float32]:
        others = (0,) * len(decisions) if alternatives is None else alternatives
        if len(others) != len(decisions):
            raise ValueError(f"{len(others)} alternatives for {len(decisions)} decisions: must be as many")
        ids, when = _checked(ids), _whole("year", year)
        out = np.empty((len(decisions), ids.size), np.float32)
        for one, other, row in zip(decisions, others, out, strict=True):
            kernel(self.seed, one.key, when, _whole("alternative", other), ids, row)
        return out

    def bernoulli(self, decision: Decision, year: int, ids: Ids, p: Chances) -> NDArray[np.bool_]:
        """Draw true with probability `p`, one number or (n,): never for p <= 0, always for p >= 1.

        Whoever is drawn at some p is drawn at every larger one. Raises `ValueError` if a p is not a number.
        """
        ids = _checked(ids)
        chances = np.asarray(p)
        if chances.dtype != _FLOAT64:
            chances = chances.astype(_FLOAT64, casting="safe")
        if chances.ndim == 0:
            chances = chances.reshape(1)
        elif chances.shape != ids.shape:
            raise ValueError(
                f"p has the shape {chances.shape}: must be one number or {ids.shape}, one for each id"
            )
        out = np.empty(ids.size, np.bool_)
        if not philox.bernoullis(self.seed, decision.key, _whole("year", year), ids, _plain(chances), out):
            raise ValueError(f"{decision.name}: p[{_first(np.isnan(chances))}] is not a number")
        return out

    def bernoulli_by_group(
        self,
        decision: Decision,
        year: int,
        ids: Ids,
        p: Sequence[float] | NDArray[np.float32] | NDArray[np.float64],
        group: NDArray[np.uint8] | NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Draw what `bernoulli` gives with the probability `p` (G,) of each id's `group` (n,), from 0.

        Raises `ValueError` if a p is not a number or a group has none.
        """
        ids = _checked(ids)
        chances = np.asarray(p).astype(_FLOAT64, casting="safe")
        if chances.ndim != 1 or np.isnan(chances).any():
            raise ValueError(f"{decision.name}: p = {chances.tolist()}: must be one number for each group")
        groups = _plain(group).view(np.uint8)
        if groups.shape != ids.shape or (groups.size and groups.max() >= chances.size):
            raise ValueError(
                f"{decision.name}: groups of the shape {groups.shape}: must be {ids.shape}, each below "
                f"{chances.size}"
            )
        out = np.empty(ids.size, np.bool_)
        philox.bernoullis_by_group(self.seed, decision.key, _whole("year", year), ids, chances, groups, out)
        return out

    def gumbel_by_group(
        self,
        decision: Decision,
        year: int,
        ids: Ids,
        alternatives: NDArray[np.integer],
        group: NDArray[np.int16],
    ) -> NDArray[np.float32]:
        """Draw what `gumbel` gives (n, K) with the `alternatives` (G, K) of each id's `group` (n,), counted
        from 0 or, below 0, from the last.

        Raises `ValueError` if a group has none.
        """
        ids = _checked(ids)
        others = _alternatives(alternatives, len(alternatives))
        groups = _plain(group)
        if groups.shape != ids.shape or (
            groups.size and not (groups.min() >= -len(others) and groups.max() < len(others))
        ):
            raise ValueError(
                f"{decision.name}: groups of the shape {groups.shape}: must be {ids.shape}, each one of "
                f"{len(others)}"
            )
        out = np.empty((ids.size, others.shape[1]), np.float32)
        philox.gumbels_by_group(self.seed, decision.key, _whole("year", year), ids, others, groups, out)
        return out

    def gumbel(
        self, decision: Decision, year: int, ids: Ids, alternatives: NDArray[np.integer] | Sequence[int]
    ) -> NDArray[np.float32]:
        """Draw (n, K) from the standard Gumbel distribution (mean 0.577, SD 1.28), one for each alternative.

        `alternatives`: whole numbers that name the alternatives, (K,) the same for all ids or (n, K). An
        alternative keeps its draw wherever it stands in the list.
        """
        ids = _checked(ids)
        others = _alternatives(alternatives, ids.size)
        out = np.empty((ids.size, others.shape[1]), np.float32)
        philox.gumbels(self.seed, decision.key, _whole("year", year), ids, others, out)
        return out

    def choice(
        self,
        decision: Decision,
        year: int,
        ids: Ids,
        utilities: NDArray[np.float32] | NDArray[np.float64],
        alternatives: NDArray[np.integer] | Sequence[int],
    ) -> NDArray[np.intp]:
        """Choose for each id a place (n,) in its row: the largest utility + Gumbel, a multinomial logit.

        `utilities` (n, K) are finite, or -inf for what cannot be chosen; `alternatives` as in `gumbel`.
        Raises `ValueError` if an id has nothing to choose from or a utility is +inf or not a number.
        """
        ids = _checked(ids)
        others = _alternatives(alternatives, ids.size)
        with np.errstate(over="ignore"):
            wanted = np.asarray(utilities).astype(_FLOAT32, casting="same_kind", copy=False)
        if wanted.shape != (ids.size, others.shape[1]):
            raise ValueError(
                f"utilities have the shape {wanted.shape}: must be {(ids.size, others.shape[1])}"
            )
        out = np.empty(ids.size, np.intp)
        if not philox.choices(
            self.seed, decision.key, _whole("year", year), ids, _plain(wanted), others, out
        ):
            unusable = np.isnan(wanted) | np.isposinf(wanted)
            if unusable.any():
                row, column = np.argwhere(unusable)[0]
                raise ValueError(
                    f"{decision.name}: utilities[{row}, {column}] = {wanted[row, column]}: "
                    f"must be finite or -inf"
                )
            raise ValueError(f"{decision.name}: id {ids[_first(out < 0)]} has nothing to choose from")
        return out


def _whole(what: str, value: object) -> int:
    # bool is an int to isinstance, and seed = True is a mistake
    if type(value) is int and 0 <= value <= _LARGEST:
        return value
    if isinstance(value, np.integer) and 0 <= value <= _LARGEST:
        return int(value)
    raise ValueError(f"{what} = {value!r}: must be a whole number from 0 to {_LARGEST}")


def _checked(ids: object) -> Ids:
    if type(ids) is np.ndarray and ids.dtype is _UINT32 and ids.ndim == 1:
        return _plain(ids)
    if not isinstance(ids, np.ndarray):
        raise TypeError(f"ids are a {type(ids).__name__}: must be an array of uint32")
    if ids.dtype != _UINT32:
        raise TypeError(f"ids have the type {ids.dtype}: must be uint32")
    if ids.ndim != 1:
        raise ValueError(f"ids have the shape {ids.shape}: must have one dimension")
    return _plain(ids)


def _alternatives(alternatives: NDArray[np.integer] | Sequence[int], n: int) -> NDArray[np.uint32]:
    others = np.asarray(alternatives)
    if others.dtype.kind not in "iu":
        raise TypeError(f"alternatives have the type {others.dtype}: must be whole numbers")
    if others.ndim not in (1, 2) or (others.ndim == 2 and len(others) != n):
        raise ValueError(f"alternatives have the shape {others.shape}: must be (K,) or ({n}, K)")
    if others.dtype != _UINT32 and others.size and not (others.min() >= 0 and others.max() <= _LARGEST):
        raise ValueError(
            f"alternatives run from {others.min()} to {others.max()}: must be from 0 to {_LARGEST}"
        )
    return _plain(np.atleast_2d(others).astype(_UINT32, copy=False))


def _plain[T: np.generic](array: NDArray[T]) -> NDArray[T]:
    """Return the array as the kernels take it, contiguous and aligned: copied only if it is not."""
    flags = array.flags
    return array if flags.c_contiguous and flags.aligned else array.copy()


def _first(wrong: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(wrong)[0])
