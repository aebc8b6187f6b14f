"""Check that worker processes can be started from the program that runs: each of them imports it anew."""

import ast
import inspect
import sys
from pathlib import Path
from typing import Final

from model.io.errors import InputError

GUARD: Final = 'if __name__ == "__main__":'


def check_main() -> None:
    """Refuse what would start itself again in every worker.

    Raises:
        InputError: the program is a script whose call to the model does not stand under its guard, or comes
            from standard input, which no worker can read again.
    """
    main = sys.modules["__main__"]
    file, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    # A cell of a notebook and `python -c` have no file; `python -m package` runs no __main__ again.
    if file is None or (spec is not None and spec.name.rpartition(".")[2] == "__main__"):
        return
    if file == "<stdin>":
        problem = "a program from standard input cannot have worker processes: save it as a file"
        raise InputError(f"{problem}, or give workers=1")
    line = _line_of_main()
    if line is None or (guarded := _guarded(Path(file), line)) is None or guarded:
        return
    raise InputError(
        f"each worker process imports this script anew and would start it again: put this line under {GUARD} "
        "or give workers=1",
        where=str(file),
        at=f"line {line}",
    )


def _line_of_main() -> int | None:
    """Return the line of the program at which it is, outside its functions; None in another thread."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name == "<module>":
            return frame.f_lineno
        frame = frame.f_back
    return None


def _guarded(file: Path, line: int) -> bool | None:
    """Tell whether a line stands under an `if` that asks which process it is in; None where the file cannot
    be read."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for node in tree.body:
        if isinstance(node, ast.If) and node.lineno <= line <= (node.end_lineno or line):
            asked = ast.unparse(node.test)
            return "__name__" in asked or "process" in asked
    return False
