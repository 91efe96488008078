"""The Proposal that what somebody gives comes to against a graph: the one call of the command line and the service."""

import time
from collections.abc import Sequence

from catalog.governance.newly import has_policies, newly
from catalog.impact.change import Proposal
from catalog.projection import Said, ahead
from catalog.store.port import Reader
from ingest.errors import EmptyChange, ImproperProposal, TooLarge
from ingest.proposals.arriving import arriving
from ingest.proposals.documents import MAX_BYTES, Given
from ingest.proposals.flags import read_flags
from ingest.proposals.gathered import Gathered, united
from ingest.proposals.known import Known
from ingest.proposals.queries import changed
from ingest.proposals.recognise import read_documents

MAX_CHANGES = 10_000
MAX_DOCUMENTS = 1_000


def read_proposal(reader: Reader, given: Given, at: int | None = None) -> Proposal:
    """What is proposed, against the graph now or as of ``at`` (nanoseconds).

    Raises ImproperProposal (each sort its own class), MalformedDescriptor, TooLarge; never gives an empty Proposal.
    """
    _check(given)
    known = Known(reader, at)
    dataset = None if given.dataset is None else known.dataset(given.dataset)
    found = read_flags(known, given.changes, dataset)
    found.add(read_documents(known, given, dataset))
    changes = united(changed(known, found.changes, given.dialect))
    if not changes and found.unread:
        raise ImproperProposal(f"Nothing of it could be placed. {' '.join(dict.fromkeys(found.unread))}")
    said = arriving(reader, found.descriptors) if at is None and _is_governed(reader, found) else ()
    if not changes and not _worsens(reader, said):
        told = ", ".join(dict.fromkeys(found.sources))
        raise EmptyChange(
            f"Nothing is changed: {told} says what is there already." if told else "Nothing is changed."
        )
    return Proposal(
        changes,
        ", ".join(sorted(set(found.sources))),
        tuple(sorted(set(found.unread))),
        tuple(sorted(set(found.contracts))),
        said,
        tuple(one.name for one in found.descriptors) if said else (),
    )


def _is_governed(reader: Reader, found: Gathered) -> bool:
    """Whether policies judge what documents say."""
    return bool(found.descriptors) and has_policies(reader)


def _worsens(reader: Reader, said: Sequence[Said]) -> bool:
    """Whether documents that change no data make something violate a policy."""
    return bool(said) and newly(ahead(reader, said), now_ns=time.time_ns()).verdicts != ()


def _check(given: Given) -> None:
    if not given.changes and not given.documents:
        raise EmptyChange("No change is named.")
    if all(document.base for document in given.documents) and not given.changes:
        raise ImproperProposal("Only what was before is given.", "Give what is to come as well.")
    if len(given.changes) > MAX_CHANGES or len(given.documents) > MAX_DOCUMENTS:
        raise TooLarge(
            f"At most {MAX_CHANGES} changes and {MAX_DOCUMENTS} documents are read together.", "Split it."
        )
    size = sum(len(document.text) for document in given.documents)
    if size > MAX_BYTES:
        raise TooLarge(
            f"The documents have {size} characters; {MAX_BYTES} are the bound.", "Split the proposal."
        )
