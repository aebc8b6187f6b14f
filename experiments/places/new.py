"""A folder of one's own, begun from a place that there is."""

import csv
import io
import os
import re
import secrets
import shutil
from pathlib import Path

from model.inputs.place import Place
from model.io.errors import InputError, shown_word
from model.io.files import NAME


def new_place(folder: Path, begun_from: str) -> Place:
    """Write a folder with the files of the place called `begun_from`, to be edited, and return it as a place.
    The folder's name is the name of the new place. What is there already is never written over.

    Raises:
        InputError: the name is none that a place may have, something stands there, the folder cannot be
            written, or there is no place to begin from.
    """
    name = Path(os.path.abspath(folder)).name
    if not NAME.fullmatch(name):
        raise InputError(
            f"'{shown_word(name)}' cannot be the name of a place",
            where=str(folder),
            allowed="letters, digits, - and _, first a letter or digit",
        )
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        problem = "is there already, and nothing is written over: give a new folder"
        raise InputError(problem, where=str(folder))
    begun = Place.load(begun_from)
    beside = Path(os.path.abspath(folder)).parent
    made = beside / f".{name}-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        made.mkdir(parents=True)
        for path in sorted(path for path in begun.folder.iterdir() if path.suffix in (".csv", ".toml")):
            text = _renamed(path.name, path.read_text(encoding="utf-8"), begun, name)
            (made / path.name).write_text(text, encoding="utf-8", newline="\n")
        # Onto a folder that holds nothing, or onto nothing; fails where something came in between.
        os.replace(made, folder)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", where=str(folder)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return Place.load(os.path.join(folder, ""))


def new_place_text(folder: Path, place: Place, begun_from: str) -> str:
    """Return what was written and what to do next."""
    shown = str(folder) if os.sep in str(folder) else f".{os.sep}{folder}"
    names = ", ".join(sorted(path.name for path in place.folder.iterdir()))
    return "\n".join(
        [
            f"{shown}: a place called {place.name}, begun from {begun_from}, in {names}.",
            "Edit its files: what they hold and where each number comes from is said in place.toml. Then",
            f"  wolsey place {shown}                  # what the place is built from",
            f"  wolsey check {shown}                  # whether its files agree",
            f"  wolsey run baseline --place {shown}   # how it lives",
        ]
    )


def _renamed(file: str, text: str, begun: Place, name: str) -> str:
    """Return the text of a file with the new place's name where the old one's stands."""
    if file == "place.toml":
        title = name.replace("-", " ").replace("_", " ").capitalize()
        text = re.sub(r"^title = .*$", f'title = "{title}"', text, count=1, flags=re.MULTILINE)
        note = f"Begun as a copy of {begun.name} ({begun.title}); what follows was said of that place."
        text = text.replace('notes = """\n', f'notes = """\n{note}\n', 1)
        return re.sub(
            r"^observed_in = .*$",
            lambda found: found[0].replace(f'"{begun.name}"', f'"{name}"'),
            text,
            count=1,
            flags=re.MULTILINE,
        )
    if file == "observed.csv":
        rows = list(csv.reader(io.StringIO(text, newline="")))
        at = rows[0].index("place")
        for row in rows[1:]:
            row[at] = name if row[at] == begun.name else row[at]
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()
    return text
