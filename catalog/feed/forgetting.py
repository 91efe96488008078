"""Forgetting: when an operator lets the catalog forget, the feed keeps nothing of before.

Events, dead letters and findings may name what is forgotten, in facts of other things too. So all of them go, and what
is watched is looked at anew without telling: that something is there no longer would name it once more.
"""

from dataclasses import replace

from catalog.changes import position
from catalog.command import briefly
from catalog.feed.log import (
    EVENTS,
    FINDINGS,
    PROPOSALS,
    PROPOSALS_NOTED,
    RUNS,
    Phase,
    Records,
    Scan,
    State,
    page,
)
from catalog.feed.step import Step
from catalog.feed.webhook import letters_of, webhooks
from catalog.forgetting import forgets
from catalog.store.port import Reader, Space

AT_ONCE = 2_000


def forgotten(reader: Reader, known: State) -> Step | None:
    """The next step of forgetting; None where there is nothing to forget that is not forgotten."""
    commands = len(forgets(briefly(reader)))
    if commands == known.forgotten:
        return None
    letters = [letters_of(one.id) for one in webhooks(reader)]
    for partition in (EVENTS, RUNS, FINDINGS, PROPOSALS, *letters):
        rows = page(reader, partition, None, AT_ONCE)
        if rows:
            gone: Records = {(Space.FEED, partition, row.sort): None for row in rows}
            return Step(known, known, (), gone)
    anew = Scan(Phase.NODES, None, quiet=True)
    after = replace(known, forgotten=commands, scan=anew, at=position(reader), noted=False)
    return Step(known, after, (), {(Space.FEED, *PROPOSALS_NOTED): None})
