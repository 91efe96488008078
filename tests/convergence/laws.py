"""Laws held against generated cases."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from tests.convergence.conftest import FreshStore

Case = TypeVar("Case")


def assert_law(
    law: Callable[[FreshStore, Case], None],
    cases: SearchStrategy[Case],
    fresh_store: FreshStore,
    examples: int,
    *,
    fixed: bool = True,
) -> None:
    """Hold a law against generated cases: the same ones in every run, or fresh ones."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=fixed,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(cases)
    def holds(case: Case) -> None:
        law(fresh_store, case)

    holds()
