"""The last few of something, by key."""

from wolsey.workshop.engine.recent import Recent


def test_only_so_many_are_kept() -> None:
    kept: Recent[str, int] = Recent(2)
    for number, key in enumerate("abc"):
        assert kept.keep(key, number) == number
        kept.get("a")
    # The one in use has stayed, the one longest unused is gone.
    assert (len(kept), kept.get("a"), kept.get("b"), kept.get("c")) == (2, 0, None, 2)
