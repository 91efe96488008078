"""What policies are asked of who writes, as the settings say."""

from api.policies.queries import small_queries
from api.settings import Settings
from catalog.governance.enforcing import Enforcer


def enforcer_of(settings: Settings) -> Enforcer | None:
    """None: policies refuse nothing."""
    return Enforcer(small_queries(settings.base_iri)) if settings.enforce else None
