"""How numerical kernels are compiled: one decorator, so that every kernel keeps the same promises.

A kernel is compiled when its module is imported, from the signatures written above it, and kept on disk
beside the module (`__pycache__`), so that only the first import on a machine pays for it. No kernel may
reorder arithmetic: results are the same to the last bit whatever the length of an array or the place of a row
in it.
"""

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import cast

import numba
from numba.core.dispatcher import Dispatcher


def compiled[F: Callable[..., object]](*signatures: str) -> Callable[[F], F]:
    """Compile the function below with numba, ahead of its first call.

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
        _refuse_helpers_from_elsewhere(cast(FunctionType, function))
        return cast(
            F,
            numba.njit(
                list(signatures) or None,
                cache=bool(signatures),
                nogil=True,
                fastmath=False,
                error_model="numpy",
                forceinline=not signatures,
            )(function),
        )

    return compile_it


def _refuse_helpers_from_elsewhere(function: FunctionType) -> None:
    names = function.__code__.co_names
    for value in [function.__globals__.get(name) for name in names]:
        reached = [getattr(value, name, None) for name in names] if isinstance(value, ModuleType) else [value]
        for helper in reached:
            if isinstance(helper, Dispatcher) and helper.py_func.__module__ != function.__module__:
                raise ImportError(
                    f"{function.__module__}.{function.__qualname__} uses the compiled function "
                    f"{helper.py_func.__module__}.{helper.py_func.__qualname__}: "
                    f"keep a kernel and its helpers in one file, "
                    f"for a change of the other file would not renew this kernel's cache"
                )
