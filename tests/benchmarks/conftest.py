"""Benchmarks run on the small town and posterior of the experiments' tests."""

from tests.experiments.conftest import numbers, scenario, small_posterior

__all__ = ["numbers", "scenario", "small_posterior"]
