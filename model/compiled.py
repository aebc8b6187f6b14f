"""How the loops over people are compiled: `rule` for the science, `compiled` for the loops that use it.

A kernel is compiled at its first call, from the types of its arguments, and kept on disk beside the module
(`__pycache__`), so that only the first call on a machine pays for it; a command that lives no town loads
none. Where that folder cannot be written numba takes one of the user's, and where there is none either
nothing is kept, which costs a minute at each start and is said once. No kernel may reorder arithmetic:
results are the same to the last bit whatever the length of an array or the place of a row in it.
"""

import dis
import functools
import multiprocessing
import os
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    TypeAliasType,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

import numpy as np
from numpy.typing import NDArray

_all: "list[Kernel]" = []

NOT_KEPT: Final = (
    "wolsey: compiled code cannot be kept ({why}), so that each start takes about a minute longer: "
    "set NUMBA_CACHE_DIR to a folder that can be written"
)
SAID: Final = "WOLSEY_NOT_KEPT_SAID"
"""Set in the environment once that has been said."""


class _Layout(NamedTuple):
    """How a kernel sees an array: of what, of how many dimensions, and whether it writes to it."""

    of: type[np.generic]
    dimensions: int = 1
    written: bool = False


type F4 = Annotated[NDArray[np.float32], _Layout(np.float32)]
type F4x2 = Annotated[NDArray[np.float32], _Layout(np.float32, 2)]
type F4x3 = Annotated[NDArray[np.float32], _Layout(np.float32, 3)]
type F8 = Annotated[NDArray[np.float64], _Layout(np.float64)]
type F8x2 = Annotated[NDArray[np.float64], _Layout(np.float64, 2)]
type I1 = Annotated[NDArray[np.int8], _Layout(np.int8)]
type I2 = Annotated[NDArray[np.int16], _Layout(np.int16)]
type I4 = Annotated[NDArray[np.int32], _Layout(np.int32)]
type I4x2 = Annotated[NDArray[np.int32], _Layout(np.int32, 2)]
type I8 = Annotated[NDArray[np.int64], _Layout(np.int64)]
type I8x2 = Annotated[NDArray[np.int64], _Layout(np.int64, 2)]
type U1 = Annotated[NDArray[np.uint8], _Layout(np.uint8)]
type U2 = Annotated[NDArray[np.uint16], _Layout(np.uint16)]
type U4 = Annotated[NDArray[np.uint32], _Layout(np.uint32)]
type U4x2 = Annotated[NDArray[np.uint32], _Layout(np.uint32, 2)]
type B = Annotated[NDArray[np.bool_], _Layout(np.bool_)]
"""Arrays that a kernel reads, by kind, bytes and dimensions: F4x2 is float32 of two dimensions."""

type OutF4 = Annotated[NDArray[np.float32], _Layout(np.float32, 1, True)]
type OutF4x2 = Annotated[NDArray[np.float32], _Layout(np.float32, 2, True)]
type OutF8 = Annotated[NDArray[np.float64], _Layout(np.float64, 1, True)]
type OutI1 = Annotated[NDArray[np.int8], _Layout(np.int8, 1, True)]
type OutI2 = Annotated[NDArray[np.int16], _Layout(np.int16, 1, True)]
type OutI4 = Annotated[NDArray[np.int32], _Layout(np.int32, 1, True)]
type OutI4x2 = Annotated[NDArray[np.int32], _Layout(np.int32, 2, True)]
type OutI8 = Annotated[NDArray[np.int64], _Layout(np.int64, 1, True)]
type OutI8x2 = Annotated[NDArray[np.int64], _Layout(np.int64, 2, True)]
type OutU1 = Annotated[NDArray[np.uint8], _Layout(np.uint8, 1, True)]
type OutU2 = Annotated[NDArray[np.uint16], _Layout(np.uint16, 1, True)]
type OutU4 = Annotated[NDArray[np.uint32], _Layout(np.uint32, 1, True)]
type OutB = Annotated[NDArray[np.bool_], _Layout(np.bool_, 1, True)]
"""Arrays that a kernel writes to; all are contiguous, as columns and what NumPy makes anew are."""

type Reals = Any
"""Of a rule: one float32, or an array of them."""
type Real = Annotated[float | np.floating[Any], np.float32]
"""A number that a kernel takes as float32; a bare float is one of 64 bits."""

MOST_ARGUMENTS: Final = 8
"""Of a kernel: what belongs together comes as a NamedTuple."""


_RULE: Final = "kernel_of_rule"
"""Attribute of a rule that holds its compiled form."""


class Kernel:
    """A function that is compiled when it is first called; see `compiled` and `rule`."""

    def __init__(self, function: FunctionType, *, inlined: bool, signatures: tuple[str, ...] = ()) -> None:
        functools.update_wrapper(self, function)
        self._function, self._inlined, self._signatures = function, inlined, signatures
        self._used = _kernels_in(function)
        self._dispatcher: Any = None
        self._run: Callable[..., Any] = self._first
        _all.append(self)

    def __call__(self, *arguments: Any) -> Any:
        return self._run(*arguments)

    def _first(self, *arguments: Any) -> Any:
        self.load()
        return self._run(*arguments)

    def load(self) -> Any:
        """Compile it, or load it from the disk; return numba's function."""
        if self._dispatcher is None:
            try:
                self._dispatcher = self._compiled(keep=not self._inlined)
            except (RuntimeError, OSError) as error:
                # numba's where no folder can be written (RuntimeError), or the disk's, where it is full.
                if not isinstance(error, OSError) and "cannot cache function" not in str(error):
                    raise
                _say_not_kept(error)
                self._dispatcher = self._compiled(keep=False)
        return self._dispatcher

    def _compiled(self, keep: bool) -> Any:
        import numba
        from numba.core import typeinfer

        how: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy"}
        over = self._over_compiled()
        if self._inlined:
            self._run = numba.njit(forceinline=True, **how)(over)
            return self._run
        # Other kernels call it with groups, Python with their fields: groups cost numba ten times as much.
        grouped = numba.njit(forceinline=True, **how)(over) if _has_groups(self._function) else None
        found = numba.njit(cache=keep, **how)(
            over if grouped is None else _with_fields(self._function, grouped)
        )
        if keep:
            # numba renews a kept kernel when its own file changes; this one also when a helper's file does.
            kept = found._cache._cache_file
            kept._source_stamp = (kept._source_stamp, *map(_stamp, sorted(self._files())))
        with typeinfer.register_dispatcher(found):
            for signature in self._signatures or (_signature(self._function),):
                try:
                    found.compile(signature)
                except (AttributeError, ImportError):
                    if not keep:
                        raise
                    # What is kept was written by a version whose groups had other names.
                    kept.flush()
                    found.compile(signature)
            found.disable_compile()
        self._run = found if grouped is None else _taking_groups(self._function, found)
        return found if grouped is None else grouped

    def _over_compiled(self) -> FunctionType:
        """Return the function over numba's forms of the rules and helpers that it uses: numba knows no
        others."""
        f = self._function
        known = {**f.__globals__, **{name: used.load() for name, used in self._used.items()}}
        copy = FunctionType(f.__code__, known, f.__name__, f.__defaults__, f.__closure__)
        copy.__module__, copy.__qualname__ = f.__module__, f.__qualname__
        return copy

    def _files(self) -> set[str]:
        """Return the files of the functions that this one uses, directly or through others."""
        own = {used._function.__code__.co_filename for used in self._used.values()}
        return own.union(*(used._files() for used in self._used.values()))


def rule[F: Callable[..., object]](function: F) -> F:
    """State a rule once, for one person and for arrays of them.

    Called from Python it is the function as written, on numbers or arrays. Kernels of any module use it by
    its name (`from model.rules.growth import next_state`); it becomes part of their code, so that a loop over
    it still vectorises. Numbers in it are `np.float32`, branches `where`, `np.minimum`, `np.maximum`, so
    that both ways give the same bits.

    Raises
    ------
    TypeError
        It uses `np.where`, of which a kernel makes an array for each person: a thousand times as slow.
    """
    if any(each.opname == "LOAD_ATTR" and each.argval == "where" for each in dis.get_instructions(function)):
        raise TypeError(f"{function.__name__}: a rule takes where of model.compiled in place of np.where")
    vars(function)[_RULE] = Kernel(cast(FunctionType, function), inlined=True)
    return function


def inlined[F: Callable[..., object]](function: F) -> F:
    """Make the function below a helper of kernels: typed by its use, and part of their code."""
    return cast(F, Kernel(cast(FunctionType, function), inlined=True))


@overload
def compiled[F: Callable[..., object]](of: F) -> F: ...


@overload
def compiled[F: Callable[..., object]](of: str, *signatures: str) -> Callable[[F], F]: ...


def compiled(of: Any, *signatures: str) -> Any:
    """Compile the function below with numba, at its first call.

    Types come from the annotations: the array types above, `Real`, NumPy's scalars, int and float (64 bits),
    bool, and NamedTuples of these. Arrays of a NamedTuple may be writeable where the kernel only reads them,
    and numbers Python's.

    Fixed for all: no fast-math (no reordering, no fused multiply-add), division by zero gives inf or nan as
    in NumPy (a check inside the loop would keep it from vectorising), the interpreter's lock is released, the
    result is cached on disk and renewed when its file or that of a rule in it changes. A number that lives
    in another module must come in as an argument.

    Raises
    ------
    TypeError
        The function takes more than MOST_ARGUMENTS.
    """
    if isinstance(of, str):
        return lambda function: Kernel(function, inlined=False, signatures=(of, *signatures))
    count = of.__code__.co_argcount
    if count > MOST_ARGUMENTS:
        name = f"{of.__module__}.{of.__qualname__}"
        raise TypeError(f"{name} takes {count} arguments; a kernel takes at most {MOST_ARGUMENTS}")
    return Kernel(of, inlined=False)


def load_all() -> None:
    """Compile, or load, all kernels of the modules imported so far: for a process whose children share
    them."""
    for kernel in _all:
        kernel.load()


def _hints(of: Any) -> dict[str, Any]:
    return {name: _plain(hint) for name, hint in get_type_hints(of, include_extras=True).items()}


def _plain(hint: Any) -> Any:
    while isinstance(hint, TypeAliasType):
        hint = hint.__value__
    return hint


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")


def _type(hint: Any) -> Any:
    """Return numba's type for an annotation."""
    from numba import types
    from numba.np.numpy_support import from_dtype

    tuple_of: Any = types.BaseTuple.from_types

    if _is_group(hint):
        fields = _hints(hint)
        return tuple_of(tuple(_type(fields[name]) for name in hint._fields), hint)
    if get_origin(hint) is tuple:
        return tuple_of(tuple(_type(_plain(each)) for each in get_args(hint)))
    if get_origin(hint) is Annotated:
        note = get_args(hint)[1]
        if note is np.float32:
            return types.float32
        return types.Array(from_dtype(np.dtype(note.of)), note.dimensions, "C", readonly=not note.written)
    plain = {int: types.int64, float: types.float64, bool: types.boolean, type(None): types.void}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, np.generic):
        return from_dtype(np.dtype(hint))
    raise TypeError(f"{hint!r} is no type of a kernel's argument")


def _arguments(function: FunctionType) -> dict[str, Any]:
    """Return the annotations of a kernel's arguments, by name."""
    hints = _hints(function)
    return {name: hints.get(name) for name in function.__code__.co_varnames[: function.__code__.co_argcount]}


def _has_groups(function: FunctionType) -> bool:
    return any(map(_is_group, _arguments(function).values()))


def _signature(function: FunctionType) -> Any:
    """Return numba's signature of a kernel, with the fields of groups in their place."""

    def fields(hint: Any) -> list[Any]:
        if not _is_group(hint):
            return [_type(hint)]
        return [kind for each in _hints(hint).values() for kind in fields(each)]

    kinds = [kind for hint in _arguments(function).values() for kind in fields(hint)]
    return _type(_hints(function)["return"])(*kinds)


def _with_fields(function: FunctionType, grouped: Any) -> FunctionType:
    """Return the kernel `grouped` as a function of the fields of its groups, which numba takes at once."""
    names: list[str] = []
    known: dict[str, Any] = {"_grouped": grouped}

    def value(name: str, hint: Any) -> str:
        if not _is_group(hint):
            names.append(name)
            return name
        known[f"_{name}"] = hint
        return f"_{name}({', '.join(value(f'{name}_{field}', each) for field, each in _hints(hint).items())})"

    values = ", ".join(value(name, hint) for name, hint in _arguments(function).items())
    source = f"def {function.__name__}({', '.join(names)}):\n    return _grouped({values})\n"
    exec(compile(source, function.__code__.co_filename, "exec"), known)
    flat: FunctionType = known[function.__name__]
    flat.__code__ = flat.__code__.replace(co_firstlineno=function.__code__.co_firstlineno)
    flat.__module__, flat.__qualname__ = function.__module__, function.__qualname__
    return flat


def _taking_groups(function: FunctionType, found: Any) -> Callable[..., Any]:
    """Return the compiled function of fields as one of groups."""

    def values(name: str, hint: Any) -> list[str]:
        if not _is_group(hint):
            return [name]
        return [one for k, each in enumerate(_hints(hint).values()) for one in values(f"{name}[{k}]", each)]

    hints = _arguments(function)
    given = ", ".join(one for name, hint in hints.items() for one in values(name, hint))
    call: Callable[..., Any] = eval(f"lambda {', '.join(hints)}: _found({given})", {"_found": found})
    return call


def _stamp(path: str) -> tuple[str, float, int]:
    found = os.stat(path)
    return path, found.st_mtime, found.st_size


def _say_not_kept(error: Exception) -> None:
    """Say it once a command: processes that this one starts later are told by the environment, and of workers
    that each begin anew the first one speaks."""
    worker = multiprocessing.parent_process() is not None
    if SAID in os.environ or (worker and not multiprocessing.current_process().name.endswith("-1")):
        return
    os.environ[SAID] = "yes"
    why = (error.strerror or str(error)) if isinstance(error, OSError) else "no folder can be written"
    print(NOT_KEPT.format(why=why), file=sys.stderr, flush=True)


def _kernels_in(function: FunctionType) -> dict[str, Kernel]:
    """Return the kernels and rules that a function uses, by name.

    Raises
    ------
    ImportError
        It uses one as a module's attribute, where the compiler does not find it.
    """
    names, world = function.__code__.co_names, function.__globals__
    for module in (world[name] for name in names if isinstance(world.get(name), ModuleType)):
        for name in names:
            if _kernel_of(getattr(module, name, None)):
                where = f"{function.__module__}.{function.__qualname__}"
                raise ImportError(
                    f"{where} uses {module.__name__}.{name}: a kernel imports what it uses by name"
                )
    return {name: used for name in names if (used := _kernel_of(world.get(name)))}


def _kernel_of(value: object) -> Kernel | None:
    return value if isinstance(value, Kernel) else getattr(value, _RULE, None)


def where(condition: Reals, yes: Reals, no: Reals) -> Reals:
    """Choose as np.where does; in a kernel without the array that np.where makes there of a single number."""
    return np.where(condition, yes, no)


def _either(condition: bool, yes: Any, no: Any) -> Any:
    return yes if condition else no


vars(where)[_RULE] = Kernel(cast(FunctionType, _either), inlined=True)
