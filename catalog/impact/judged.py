"""What policies would say of the graph after a proposal that they do not say of it today."""

import time

from catalog.governance.newly import Newly, OpenQueries, has_policies, newly
from catalog.governance.stored import stored
from catalog.governance.verdict import Unevaluated
from catalog.impact.ahead import proposed_graph
from catalog.impact.change import Proposal
from catalog.impact.left import unjudged
from catalog.store.port import Reader

_PAST = "What a change would make of a time past is not evaluated."


def judged(reader: Reader, proposal: Proposal, at: int | None, queries: OpenQueries | None) -> Newly:
    """What a proposal newly violates. One question where there are no policies. Raises StoreError."""
    if not has_policies(reader):
        return Newly()
    enabled = [one for one in stored(reader, at).policies if one.enabled]
    if at is not None:
        return Newly(unevaluated=tuple(Unevaluated(one.id, _PAST) for one in enabled))
    ahead, now_ns = (
        proposed_graph(reader, proposal.changes, proposal.said, proposal.documents),
        time.time_ns(),
    )
    found = newly(ahead.overlay, now_ns=now_ns, queries=queries)
    left = tuple(unjudged(reader, ahead.left, enabled, now_ns))
    titles = {one.id: one.title for one in enabled if one.id in {one.policy for one in left}}
    return Newly(found.verdicts, (*found.unevaluated, *left), {**titles, **found.titles})
