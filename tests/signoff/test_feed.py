"""What the feed tells of proposals: each owner once, of what is theirs; answers, what is void, deadlines."""

from typing import Any

import pytest

from api.curating import Curating, on
from api.proposals.desk import Desk
from api.proposals.terms import AnswerTerms, ChangeTerms, CloseTerms, ForceTerms, GivenTerms, ProposeTerms
from catalog.feed.change import Change, ChangeKind
from catalog.feed.follower import Follower
from catalog.feed.lease import Lease
from catalog.feed.log import begin, events
from catalog.feed.proposals import NEAR_NS
from catalog.impact.change import ChangeKind as Kind
from catalog.instant import format_instant
from catalog.projection import Projection
from catalog.store.port import Store
from ingest.documents.given import Given
from ingest.documents.read import read_any
from ingest.event import recognise
from ingest.replay import interpret_again
from ontology.rdf_reading import RdfLimits, RdfSyntax
from tests.api.events import body
from tests.convergence.conftest import NEO4J_WHEN_SLOW
from tests.signoff.world import DOCUMENT, EVENTS, FINANCE, LOGISTICS, MORE, ORDERS, SELLING

NOW_NS = 1_800_000_000 * 10**9
DEADLINE_NS = NOW_NS + 10 * NEAR_NS


class Mesh:
    """A store with the small mesh, a feed that follows it, and a clock."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now_ns = NOW_NS
        self.projection = Projection(store, interpret_again)
        before_ns = NOW_NS - 10**9
        reading = read_any(
            DOCUMENT.encode(),
            RdfSyntax.TURTLE,
            "mesh.ttl",
            Given(before_ns),
            RdfLimits(),
            received_ns=before_ns,
        )
        self.projection.apply([(reading.entry, reading.statements)])
        self.send(*EVENTS)
        self.lease = Lease(store, lambda: self.now_ns)
        self.follower = Follower(store, self.lease, lambda: self.now_ns, findings_s=0.0)
        self.desk = Desk(store, Curating(on(store), "ada"), clock=lambda: self.now_ns)

    def send(self, *said: dict[str, Any]) -> None:
        self.projection.apply([recognise(body(one), received_ns=NOW_NS) for one in said])

    def propose(self, *paths: str) -> None:
        changes = [ChangeTerms(kind=Kind.FIELD_REMOVED, path=path) for path in paths]
        self.desk.propose(
            ProposeTerms(
                title="Drop it",
                id="one",
                change=GivenTerms(changes=changes, dataset=ORDERS),
                team=SELLING,
                deadline=format_instant(DEADLINE_NS),
            )
        )

    def answer(self, owner: str, word: str) -> None:
        self.desk.answer("one", AnswerTerms(owner=owner, answer=word, note="because"))

    def told(self) -> list[tuple[ChangeKind, Any]]:
        """Kind and owner (or another fact) of each event about proposals, since the feed was asked last."""
        return [(one.news.kind, _fact(one, "owner")) for one in self.follow()]

    def follow(self) -> list[Change]:
        known = begin(self.store).last
        self.follower._proposals.again()
        assert self.lease.hold()
        while self.follower.step():
            pass
        with self.store.read() as reader:
            found = events(reader, known, 1000)
        return [one for one in found if one.news.kind.startswith("proposal.")]


def _fact(one: Change, name: str) -> Any:
    return next((fact.after for fact in one.news.facts if fact.name == name), None)


@pytest.fixture
def mesh(store: Store) -> Mesh:
    made = Mesh(store)
    assert made.follow() == []
    return made


@NEO4J_WHEN_SLOW
def test_feed__tells_each_owner_once_then_answers_what_is_void_and_the_end(mesh: Mesh) -> None:
    mesh.propose("email_domain")
    [opened] = mesh.follow()
    assert (opened.news.kind, _fact(opened, "owner")) == (ChangeKind.PROPOSAL_OPENED, FINANCE)
    assert [place.name for place in opened.news.products] == ["Revenue"]
    assert mesh.told() == []

    mesh.answer(FINANCE, "APPROVED")
    assert mesh.told() == [(ChangeKind.PROPOSAL_ANSWERED, FINANCE)]

    mesh.propose("email_domain", "id")
    assert mesh.told() == [
        (ChangeKind.PROPOSAL_VOID, FINANCE),
        (ChangeKind.PROPOSAL_OPENED, LOGISTICS),
    ]

    mesh.desk.force("one", ForceTerms(reason="the law"))
    [forced] = mesh.follow()
    assert (forced.news.kind, _fact(forced, "forced")) == (ChangeKind.PROPOSAL_ANSWERED, "the law")

    mesh.desk.close("one", CloseTerms(status="done"))
    [closed] = mesh.follow()
    assert (closed.news.kind, _fact(closed, "status")) == (ChangeKind.PROPOSAL_CLOSED, "done")
    assert {place.name for place in closed.news.products} == {"Orders", "Revenue", "Parcels"}


@NEO4J_WHEN_SLOW
def test_feed__tells_who_is_affected_when_the_graph_changes(mesh: Mesh) -> None:
    mesh.propose("email_domain")
    mesh.follow()
    mesh.send(MORE)
    assert mesh.told() == [(ChangeKind.PROPOSAL_OPENED, LOGISTICS)]


@NEO4J_WHEN_SLOW
def test_feed__tells_a_deadline_that_comes_near_and_one_that_is_past_once(mesh: Mesh) -> None:
    mesh.propose("email_domain")
    mesh.follow()
    for now_ns, phase in ((DEADLINE_NS - NEAR_NS, "near"), (DEADLINE_NS, "past")):
        mesh.now_ns = now_ns
        [told] = mesh.follow()
        assert (told.news.kind, _fact(told, "is")) == (ChangeKind.PROPOSAL_DEADLINE, phase)
        assert _fact(told, "waitingFor") == [FINANCE]
        assert mesh.told() == []


@NEO4J_WHEN_SLOW
def test_deadline__is_not_told_to_who_has_answered(mesh: Mesh) -> None:
    mesh.propose("email_domain")
    mesh.answer(FINANCE, "APPROVED")
    mesh.follow()
    mesh.now_ns = DEADLINE_NS
    assert mesh.told() == []


def test_feed__tells_nothing_of_proposals_that_were_there_before_it_began(store: Store) -> None:
    mesh = Mesh(store)
    mesh.propose("email_domain")
    assert mesh.follow() == []
    mesh.answer(FINANCE, "APPROVED")
    assert mesh.told() == [(ChangeKind.PROPOSAL_ANSWERED, FINANCE)]
