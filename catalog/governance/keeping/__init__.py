"""Verdicts that are kept: what was found is stored, and what the graph's changes can affect is found anew."""
