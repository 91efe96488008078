"""Settling: derived lineage is computed anew until no mark is left.

Reads and computes outside of transactions, so that events go on being stored; writes what was computed in one
transaction for a group of jobs. Several processes may settle one store at the same time: a result that another
transaction has overtaken is thrown away and computed again.
"""

import logging
from collections.abc import Callable, Collection
from functools import partial

from catalog.changes import position
from catalog.coverage import spoken
from catalog.derivation.marks import marked, marks_of
from catalog.derivation.settlement import give_up, is_prepared, prepare, write
from catalog.errors import CatalogError
from catalog.store.port import Store
from ingest.derivation.analyst import Analyst
from ingest.derivation.group import Group
from ingest.derivation.report import underived

log = logging.getLogger(__name__)

JOBS_AT_ONCE = 32
"""Marked jobs that are settled together; those that depend on them come along."""


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
        if not complete:
            known |= group.jobs
            store.write(partial(prepare, wanted=basis.wanted))
            continue
        results = group.results()
        if store.write(partial(write, results=results, marks=marks, basis=None if registered else basis)):
            return len(results)
        if registered:
            break
    return 0
