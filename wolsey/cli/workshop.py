"""The verb `workshop`."""

from typing import Annotated

import typer

from wolsey.cli.app import app


@app.command()
def workshop(
    port: Annotated[
        int, typer.Option(metavar="P", help="Where the page is served; 0 takes any that is free.")
    ] = 8643,
    host: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Who may open it: 127.0.0.1 is this computer alone, 0.0.0.0 its network."
        ),
    ] = "127.0.0.1",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    scale: Annotated[
        float, typer.Option(metavar="S", help="Size of the town: 1 as it is; less to try things out.")
    ] = 1.0,
    workers: Annotated[
        int | None, typer.Option(metavar="W", help="Processes (default: one a processor).")
    ] = None,
) -> None:
    """Open the workshop page: move levers, press play, and see what becomes of the town's children.

    A board sits around one screen. Plans are run with 20 draws of the numbers that agree with what was
    observed, and checked with 200 before anything is saved. It needs no network. The page can be opened on
    this computer alone unless --host says otherwise; there is no password.

    \b
    Examples:
      wolsey workshop
      wolsey workshop --no-browser --port 9000
      wolsey workshop --scale 0.1
    """
    from wolsey.workshop.web.serve import WorkshopOptions, serve

    serve(WorkshopOptions(port, host, browser, scale, workers))
