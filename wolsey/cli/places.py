"""The verbs `places` and `place`."""

from typing import Annotated

import typer

from wolsey.cli.app import app
from wolsey.cli.options import AsTables


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
        typer.Option(
            metavar="Y", help="Districts that stood in this year, 2016 to 2024 (default: any of them)."
        ),
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
    if json:
        from json import dumps

        print(dumps(places_document(found), ensure_ascii=False, indent=1))
    else:
        print(places_text(found, None if near is None else find(near)))
