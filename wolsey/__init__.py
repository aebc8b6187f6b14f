"""The front door of Wolsey: its public names, its command line and its page."""

__all__: list[str] = []
