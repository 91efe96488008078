"""What the full evaluation of policies takes: fifty of them, over all products and tables of a mesh."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.policies.evaluator import Evaluator
from bench.cpu import cpu_s, ended_children_s
from bench.errors import BenchFailed
from bench.figures import GovernanceRow, LoadRow
from bench.governed import POLICIES, declare, governed, policies
from bench.kept import loaded
from bench.stores import Stores
from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import Rules
from catalog.governance.policy import Policy
from catalog.store.port import Store
from catalog.store.registry import open_store


@dataclass(frozen=True, slots=True)
class EvaluationSize:
    """``products``, of twenty tables each."""

    products: int


QUICK = EvaluationSize(50)
USUAL = EvaluationSize(500)
FULL = EvaluationSize(10_000)
"""With 200,000 tables."""


def measure_evaluation(
    stores: Stores, size: EvaluationSize, keep: Path | None = None
) -> Iterator[LoadRow | GovernanceRow]:
    """The row of the loading, then that of one evaluation, as a command makes it: the processors' time is that of this
    process, of a second one and of the server, if there are any. ``keep``: the folder in which the loaded store stays.
    Raises BenchFailed."""
    graph = governed(size.products)
    with loaded(stores, graph, keep) as (row, kept):
        yield row
        store = open_store(kept.url)
        try:
            declare(store, size.products)
            processes = [os.getpid(), *([] if kept.server_pid is None else [kept.server_pid])]
            rules = policies()
            verdicts, seconds, spent_s = _evaluated(store, Evaluator(kept.url), rules, processes)
        finally:
            store.close()
        question = f"{len(rules)} policies, all verdicts"
        times = (seconds * 1000, seconds * 1000, spent_s * 1000)
        yield GovernanceRow(stores.name, graph.name, question, 1, verdicts, *times)


def _evaluated(
    store: Store, evaluator: Evaluator, rules: list[Policy], processes: list[int]
) -> tuple[int, float, float]:
    """How many verdicts, seconds, and seconds of the processors."""
    before, begin = _spent_s(processes), time.perf_counter()
    with store.read() as reader:
        found = evaluator.evaluate(Ground(reader, None, time.time_ns()), Rules(tuple(rules)))
    seconds, spent_s = time.perf_counter() - begin, _spent_s(processes) - before
    broken = [one.policy for one in found.unevaluated if one.reason.startswith("Its evaluation failed")]
    if broken or len(rules) != POLICIES:
        raise BenchFailed(f"Not all was evaluated: {', '.join(broken)}")
    return len(found.verdicts), seconds, spent_s


def _spent_s(processes: list[int]) -> float:
    return sum(map(cpu_s, processes)) + ended_children_s()
