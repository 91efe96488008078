"""Why a measurement ended without a result."""


class BenchFailed(Exception):
    """What was measured did not do its work, so that a figure would mean nothing."""
