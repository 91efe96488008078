"""Settling: derived lineage is computed anew until no mark is left.

Reads and computes outside of transactions, so that events go on being stored; writes what was computed in one
transaction for a group of jobs, or in several for a large one. Several processes may settle one store at the same time:
a result that another transaction has overtaken is thrown away and computed again.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from catalog.changes import position
from catalog.coverage import spoken
from catalog.derivation.marks import marked, marks_of
from catalog.derivation.settlement import Basis, Result, give_up, is_prepared, prepare, unmark, write
from catalog.errors import CatalogError
from catalog.store.port import Store, Transaction, batched
from ingest.derivation.analyst import Analyst
from ingest.derivation.group import Group
from ingest.derivation.report import underived

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 32
"""Marked jobs that are settled together; those that depend on them come along."""
WRITTEN_AT_ONCE = 100
"""Results that are written in one transaction: so long others wait to write."""


def settle(
    store: Store,
    analyst: Analyst | None = None,
    *,
    until: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Settle a store; gives how many results were written. Raises StoreUnavailable.

    ``until`` is asked between groups and ends it early. ``progress`` hears the count. What is settled stays settled
    when it is interrupted, and the marks tell what is left.
    """
    analyst = analyst or Analyst()
    done = 0
    while not until():
        with store.read() as reader:
            jobs = marked(reader, JOBS_AT_ONCE)
        if not jobs:
            break
        done += _settle_or_give_up(store, jobs, analyst, until)
        if progress is not None:
            progress(done)
    return done


def _settle_or_give_up(
    store: Store, jobs: Collection[str], analyst: Analyst, until: Callable[[], bool]
) -> int:
    """Settle some jobs; where that fails, one by one, so that one job does not hold up the others.

    Raises StoreUnavailable and other errors of the store.
    """
    try:
        return _settle_group(store, jobs, analyst, until)
    except CatalogError:
        raise
    except Exception as error:
        if len(jobs) == 1:
            (job,) = jobs
            log.exception("The SQL of %s could not be derived.", spoken(job))
            store.write(partial(give_up, job=job, report=underived(type(error).__name__)))
            return 1
    return sum(_settle_or_give_up(store, [job], analyst, until) for job in jobs)


def _settle_group(store: Store, jobs: Collection[str], analyst: Analyst, until: Callable[[], bool]) -> int:
    """Settle some jobs and those that depend on them; gives how many results were written."""
    known = set(jobs)
    while not until():
        with store.read() as reader:
            # Position and marks come first: what changes behind this is not among them.
            since, marks = position(reader), marks_of(reader, known)
            group = Group(reader, jobs, analyst)
            basis = group.basis(since)
            complete = group.jobs <= known and all(marks[job] for job in group.jobs)
            registered = complete and is_prepared(reader, basis.wanted)
        if not complete or (len(group.jobs) > WRITTEN_AT_ONCE and not registered):
            known |= group.jobs
            _prepare(store, basis)
            continue
        results = group.results()
        if not registered:
            if _taken(store, partial(write, results=results, marks=marks, basis=basis)):
                return len(results)
            _prepare(store, basis)
            continue
        own = {job: marks[job] for job in group.jobs}
        return len(results) if _write(store, results, own, until) else 0
    return 0


def _prepare(store: Store, basis: Basis) -> None:
    for part in batched(basis.wanted.items(), WRITTEN_AT_ONCE):
        store.write(partial(prepare, wanted=dict(part)))


def _write(
    store: Store, results: Sequence[Result], marks: Mapping[str, set[str]], until: Callable[[], bool]
) -> bool:
    """Write the results of jobs that are registered; of many in several transactions, so that events are stored
    between them. Then the marks go last: until then all of it counts as not settled. What the store does not take is
    given up."""
    if len(results) <= WRITTEN_AT_ONCE:
        found = _taken(store, partial(write, results=results, marks=marks))
        if found is not None:
            return found
    for part in batched(results, WRITTEN_AT_ONCE):
        if until():
            return False
        found = _taken(store, partial(write, results=part, marks=marks, among=marks))
        if found is None:
            found = all(_write_or_give_up(store, result, marks) for result in part)
        if not found:
            return False
    return store.write(partial(unmark, marks=marks))


def _write_or_give_up(store: Store, result: Result, marks: Mapping[str, set[str]]) -> bool:
    found = _taken(store, partial(write, results=[result], marks=marks, among=marks))
    if found is not None:
        return found
    log.error("The lineage of %s that SQL tells cannot be stored.", spoken(result.job))
    bare = Result(result.job, {}, {}, result.places, underived("it cannot be stored"))
    return store.write(partial(write, results=[bare], marks=marks, among=marks))


def _taken(store: Store, work: Callable[[Transaction], bool]) -> bool | None:
    """What the work answers; None where the store does not take it. Raises StoreUnavailable."""
    try:
        return store.write(work)
    except CatalogError:
        raise
    except Exception:
        log.exception("Derived lineage could not be written.")
        return None
