"""Benchmarks of time and memory. No product code imports them."""
