"""Tests of a file stay in one worker; what drives a browser, kills or measures time runs one by one."""

import pytest


def test_groups_are_honoured(request: pytest.FixtureRequest) -> None:
    """pytest-xdist writes a test's group behind its name; where it cannot, it says nothing and has none."""
    assert ("@" in request.node.nodeid) == bool(request.config.getoption("loadgroup", False))
