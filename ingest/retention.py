"""What an operator asks ``retain`` to keep, completed to what the command says."""

import time
from collections.abc import Mapping

from catalog.canonical import Json
from catalog.retention import read_retain
from catalog.retention_plan import retention
from catalog.store.port import Store
from ingest.errors import NotACommand


def planned(store: Store, terms: Mapping[str, Json]) -> dict[str, Json]:
    """The terms with the runs that have to be kept; the same where they are named. Raises NotACommand,
    StoreUnavailable."""
    try:
        before_ns, _ = read_retain(terms)
    except ValueError as error:
        raise NotACommand(f"It cannot retain so: {error}.") from error
    if before_ns > time.time_ns():
        why = "all that comes until then would be taken for late, and not kept"
        raise NotACommand(f"Its cutoff, {terms['before']}, is yet to come: {why}.")
    if "runs" in terms:
        return dict(terms)
    keep_runs = terms.get("keepRuns", 1)
    if isinstance(keep_runs, bool) or not isinstance(keep_runs, int) or keep_runs < 0:
        raise NotACommand("keepRuns is a number of runs.")
    with store.read() as reader:
        return {**terms, **retention(reader, before_ns, keep_runs)}
