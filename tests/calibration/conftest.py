"""A campaign that is over at once."""

import pytest

from calibration import campaign
from tests.calibration.toy import FEW


@pytest.fixture
def few_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Campaigns have the few numbers that `toy.Here` knows."""
    monkeypatch.setattr(campaign, "free_numbers", lambda parameters: FEW)
