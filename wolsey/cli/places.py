"""The verbs `places` and `place`."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from wolsey.cli.app import app
from wolsey.cli.options import AsTables, AsText


@app.command()
def places(
    region: Annotated[
        str | None,
        typer.Option(metavar="R", help="A region, a combined authority (Tees Valley) or a county (Suffolk)."),
    ] = None,
    area: Annotated[
        str | None, typer.Option(metavar="NAME", help="An Opportunity Area, or `all` twelve.")
    ] = None,
    near: Annotated[
        str | None, typer.Option(metavar="PLACE", help="Statistical neighbours of this place, nearest first.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="Y", help="Districts that stood in this year, 2016 to 2024 (default: any)."),
    ] = None,
    json: AsTables = False,
) -> None:
    """List the places: every district of England, what is known of it, and whether it has a posterior.

    A place is called by its name or its GSS code. A district that was abolished is listed with the year of
    its boundaries (scarborough-2017).

    \b
    Examples:
      wolsey places
      wolsey places --region "Tees Valley"
      wolsey places --area all
      wolsey places --near derby
      wolsey places --year 2024 --json
    """
    from experiments.places.listing import listed_places, places_document, places_text
    from model.districts.names import find

    found = listed_places(region, area, near, year)
    print(
        _as_json(places_document(found)) if json else places_text(found, None if near is None else find(near))
    )


SHOW: Final = "show"
"""What `wolsey place NAME` means: no user need write it."""


class PlaceVerbs(typer.core.TyperGroup):
    """The ways of `wolsey place`: what is none of them is the name of a place, to be shown."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


place_app = typer.Typer(cls=PlaceVerbs, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(place_app, name="place", subcommand_metavar="NAME | new FOLDER [OPTIONS]")


@place_app.callback()
def place() -> None:
    """Show what is known of a place before it is lived, or begin a folder of your own.

    A place is a district of England (its name or GSS code), or the path of a folder, with a / or a point in
    front.

    \b
    Examples:
      wolsey place derby                         # inputs, coverage, grades, what falls back on what
      wolsey place E06000015 --json
      wolsey place derby --page derby.html       # with a map of its wards
      wolsey place new my/town --from derby      # a folder to edit
      wolsey place my/town
    """


@place_app.command(SHOW)
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name, a GSS code, or the path of a folder.")],
    json: AsText = False,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page too: wards on a map, ages, outcomes beside England."),
    ] = None,
) -> None:
    """Show a place: inputs with source and grade, how much is published, what falls back on what."""
    from experiments.places.shown import place as shown_place

    summary = shown_place(name)
    if page is not None:
        from experiments.places.page import write_page

        write_page(page, summary, name)
    print(_as_json(summary.document()) if json else summary)
    if page is not None and not json:
        print(f"\nA page of it: {page}")


@place_app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where; its name is the place's name.")],
    begun_from: Annotated[str, typer.Option("--from", metavar="PLACE", help="The place to begin from.")],
) -> None:
    """Write a folder with all files of a place, to be edited. Nothing is written over.

    \b
    Examples:
      wolsey place new my/town --from derby
    """
    from experiments.places.new import new_place, new_place_text

    print(new_place_text(folder, new_place(folder, begun_from), begun_from))


def _as_json(document: dict[str, Any]) -> str:
    from json import dumps

    return dumps(document, ensure_ascii=False, indent=1)
