"""How numerical kernels are compiled: one decorator, so that every kernel keeps the same promises.

A kernel is compiled at its first call, from the signatures written above it, and kept on disk beside the
module (`__pycache__`), so that only the first call on a machine pays for it; a command that lives no town
loads none. Where that folder cannot be written numba takes one of the user's, and where there is none either
nothing is kept, which costs a minute at each start and is said once. No kernel may reorder arithmetic:
results are the same to the last bit whatever the length of an array or the place of a row in it.
"""

import functools
import multiprocessing
import os
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, Final, cast

_all: "list[Kernel]" = []

NOT_KEPT: Final = (
    "wolsey: compiled code cannot be kept ({why}), so that each start takes about a minute longer: "
    "set NUMBA_CACHE_DIR to a folder that can be written"
)
SAID: Final = "WOLSEY_NOT_KEPT_SAID"
"""Set in the environment once that has been said."""


class Kernel:
    """A function that is compiled when it is first called; see `compiled`."""

    def __init__(self, function: FunctionType, signatures: tuple[str, ...]) -> None:
        functools.update_wrapper(self, function)
        self._function, self._signatures = function, signatures
        self._run: Callable[..., Any] = self._first
        _refuse_helpers_from_elsewhere(function)
        _all.append(self)

    def __call__(self, *arguments: Any) -> Any:
        return self._run(*arguments)

    def _first(self, *arguments: Any) -> Any:
        return self.loaded()(*arguments)

    def loaded(self) -> Callable[..., Any]:
        """The compiled function."""
        if self._run != self._first:
            return self._run
        # The compiler knows its own functions only: those that this one uses stand in its module as such.
        world = self._function.__globals__
        for name in self._function.__code__.co_names:
            if isinstance(used := world.get(name), Kernel) and used is not self:
                world[name] = used.loaded()
        try:
            self._run = self._compiled(keep=bool(self._signatures))
        except (RuntimeError, OSError) as error:
            # numba's words where no folder can be written (RuntimeError), or the disk's, where it is full.
            if not isinstance(error, OSError) and "cannot cache function" not in str(error):
                raise
            _say_not_kept(error)
            self._run = self._compiled(keep=False)
        # From now on its module calls it without asking here first.
        if world.get(self._function.__name__) is self:
            world[self._function.__name__] = self._run
        return self._run

    def _compiled(self, keep: bool) -> Callable[..., Any]:
        import numba

        found: Callable[..., Any] = numba.njit(
            list(self._signatures) or None,
            cache=keep,
            nogil=True,
            fastmath=False,
            error_model="numpy",
            forceinline=not self._signatures,
        )(self._function)
        return found


def compiled[F: Callable[..., object]](*signatures: str) -> Callable[[F], F]:
    """Compile the function below with numba, at its first call.

    `signatures` are numba's own, such as `"void(int64, float32[::1])"`. An array that the kernel only reads,
    and that may be a read-only column, is `Array(float32, 1, "C", readonly=True)`: writeable arrays pass as
    well. Without signatures the function is a helper for kernels of the same file and becomes part of their
    code, so that a loop over a helper still vectorises.

    Fixed for all: no fast-math (no reordering, no fused multiply-add), division by zero gives inf or nan as
    in NumPy (a check inside the loop would keep it from vectorising), the interpreter's lock is released, the
    result is cached on disk.

    Raises `ImportError` if the function uses a compiled function of another module: numba renews a cached
    kernel when the kernel's own file changes, not when a helper's file does, and would go on running the old
    helper. For the same reason a number that lives in another module must come in as an argument.
    """

    def compile_it(function: F) -> F:
        return cast(F, Kernel(cast(FunctionType, function), signatures))

    return compile_it


def load_all() -> None:
    """Compiles, or loads, all kernels of the modules imported so far: for a process whose children share
    them."""
    for kernel in _all:
        kernel.loaded()


def _say_not_kept(error: Exception) -> None:
    """Say it once a command: processes that this one starts later are told by the environment, and of workers
    that each begin anew the first one speaks."""
    worker = multiprocessing.parent_process() is not None
    if SAID in os.environ or (worker and not multiprocessing.current_process().name.endswith("-1")):
        return
    os.environ[SAID] = "yes"
    why = (error.strerror or str(error)) if isinstance(error, OSError) else "no folder can be written"
    print(NOT_KEPT.format(why=why), file=sys.stderr, flush=True)


def _refuse_helpers_from_elsewhere(function: FunctionType) -> None:
    names = function.__code__.co_names
    for value in [function.__globals__.get(name) for name in names]:
        reached = [getattr(value, name, None) for name in names] if isinstance(value, ModuleType) else [value]
        for helper in reached:
            # Its own where it is not loaded yet, numba's where it is.
            source = getattr(helper, "_function", None) or getattr(helper, "py_func", None)
            if source is not None and source.__module__ != function.__module__:
                raise ImportError(
                    f"{function.__module__}.{function.__qualname__} uses the compiled function "
                    f"{source.__module__}.{source.__qualname__}: "
                    f"keep a kernel and its helpers in one file, "
                    f"for a change of the other file would not renew this kernel's cache"
                )
