"""The verb `programmes`."""

from wolsey.cli.app import app


@app.command()
def programmes() -> None:
    """List the programmes: how secure the evidence is, cost, who is served, effects.

    \b
    Examples:
      wolsey programmes
      wolsey explain programme language_groups
    """
    from wolsey.verbs.programmes import programmes_listed

    print(programmes_listed())
