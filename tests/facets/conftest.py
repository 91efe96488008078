"""An empty catalog for each scenario."""

from tests.facets.told import catalog

__all__ = ["catalog"]
