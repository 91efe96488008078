"""Snapshots: what the canonical export tells of datasets, jobs, documents and runs, written and read back."""
