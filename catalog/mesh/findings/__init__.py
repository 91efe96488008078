"""Findings: one module for each family of differences between what is declared and what is observed."""
