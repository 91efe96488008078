"""Measurements of Meshline: ``python -m bench``. Nothing here asserts a target; see docs/benchmarks.md."""
