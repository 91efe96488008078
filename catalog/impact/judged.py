"""What policies would say of the graph after a proposal that they do not say of it today."""

import time

from catalog.governance.newly import Newly, OpenQueries, has_policies, newly
from catalog.governance.policy import LineageCheck
from catalog.governance.stored import stored
from catalog.governance.verdict import Unevaluated
from catalog.impact.ahead import proposed_graph
from catalog.impact.change import ChangeKind, Proposal
from catalog.store.port import Reader

_PAST = "What a change would make of a time past is not evaluated."
_SQL = "What the new SQL would make of lineage is not evaluated."


def judged(reader: Reader, proposal: Proposal, at: int | None, queries: OpenQueries | None) -> Newly:
    """What a proposal newly violates. One question where there are no policies. Raises StoreError."""
    if not has_policies(reader):
        return Newly()
    enabled = [one for one in stored(reader, at).policies if one.enabled]
    if at is not None:
        return Newly(unevaluated=tuple(Unevaluated(one.id, _PAST) for one in enabled))
    overlay = proposed_graph(reader, proposal.changes, proposal.said)
    found = newly(overlay, now_ns=time.time_ns(), queries=queries)
    if any(one.kind is ChangeKind.QUERY_CHANGED for one in proposal.changes):
        more = (Unevaluated(one.id, _SQL) for one in enabled if isinstance(one.check, LineageCheck))
        found = Newly(found.verdicts, (*found.unevaluated, *more), found.titles)
    return found
