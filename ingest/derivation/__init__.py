"""Lineage from SQL: names resolved to datasets, the analysis told as edges, and the worker that settles it."""
