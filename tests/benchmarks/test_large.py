"""A large district is measured beside Ipswich, and it is said what is met."""

import pytest

from benchmarks import large

pytestmark = pytest.mark.town


def test_either_place_is_measured() -> None:
    found = large.bench_large(scale=0.02, until=2000)
    assert found["child_years"]["birmingham"] > 6 * found["child_years"]["ipswich"] > 0
    assert set(found["seconds"]) == {"ipswich", "birmingham"}
    assert found["built"] > 0
    assert found["peak_mb"] > 10


@pytest.mark.parametrize(("slower", "words"), [(1.1, "met"), (1.3, "NOT met")])
def test_it_is_said_what_is_met(slower: float, words: str) -> None:
    found = {
        "built": 8.0 * slower,
        "child_years": {"ipswich": 10, "birmingham": 80},
        "seconds": {"ipswich": 1.0, "birmingham": 8.0 * slower},
        "peak_mb": 1700.0 * slower,
    }
    told = large.told_large(found)
    assert "Birmingham, 8.0 times Ipswich" in told[0]
    assert f"{slower:.2f} times as much" in told[1]
    assert [line.rpartition(": ")[2] for line in told[1:]] == [words] * 3
