"""Curating on a store: what counts then, who is refused, and what is left of it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.curating import on
from catalog.curated import Change, Curated, changes, counting, curated_of
from catalog.curation import Aspect
from catalog.curation_changes import confirming, deciding, rejecting, requesting, setting, withdrawing
from catalog.curation_value import InvalidCuration
from catalog.described import described
from catalog.entry import EntryKind
from catalog.errors import Conflict, UnknownNode
from catalog.feed.looking import portraits
from catalog.forget import Scope
from catalog.graph import Direction
from catalog.identity import CurationId
from catalog.rdf.mesh import mesh_triples, read_page
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.command import command
from ingest.curator import Curator, Granted, Wish
from ingest.rebuild import verify
from ontology.rdf import NS
from ontology.vocabulary import Origin, Rel
from tests.convergence.cases import A, B, at, dataset_event
from tests.convergence.conftest import FreshStore
from tests.curation.curations import RECEIVED_NS, TEAMS, curation
from tests.documents.versions import key, send, thing, version
from tests.roundtrip.restoring import apply, recognised

PRODUCT, PORT = key("product", "sales"), key("output-port", "sales", "orders")
ORDERS, FINANCE = TEAMS
OWNED = ("OWNED_BY", PRODUCT, ORDERS, ())
MESH = (
    thing(PRODUCT, OWNED, ("HAS_OUTPUT_PORT", PRODUCT, PORT, ()), description="by a document"),
    thing(PORT),
    thing(FINANCE),
    thing(A.key, description="of a document"),
    thing(B.key),
)


def filled(store: Store) -> Store:
    send(store, [version("mesh.ttl", 1, *MESH)])
    return store


@pytest.fixture
def store() -> Store:
    return filled(MemoryStore())


def grant(store: Store, subject: str, aspect: Aspect, value: object, **said: str | None) -> Granted:
    change = setting(aspect, value) if isinstance(value, dict) else value
    return on(store).grant(Wish(CurationId(subject, aspect.value), change, **said))  # type: ignore[arg-type]


def own(store: Store, agent: str, **said: str | None) -> Granted:
    return grant(store, PRODUCT, Aspect.OWNER, {"agent": agent}, **said)


def owners(store: Store, when: int | None = None) -> list[tuple[str, str]]:
    """Who counts as owner of the product, and how that is known."""
    with store.read() as reader:
        told = reader.edges([PRODUCT], (Rel.OWNED_BY,), Direction.OUT, when)
    return [(edge.target, edge.origin) for edge in counting(told)]


def description(store: Store, name: str) -> object:
    with store.read() as reader:
        return reader.nodes([name])[name].properties.get("description")


def test_curated_owner__counts_in_place_of_the_declared_one_until_withdrawn(store: Store) -> None:
    granted = own(store, FINANCE, why="they took over", actor="ada")
    assert granted.changed
    assert owners(store) == [(FINANCE, Origin.CURATED)]
    before = granted.curated.at
    assert before is not None
    grant(store, PRODUCT, Aspect.OWNER, withdrawing)
    assert owners(store) == [(ORDERS, Origin.DECLARED)]
    assert owners(store, before) == [(FINANCE, Origin.CURATED)]
    assert owners(store, before - 1) == [(ORDERS, Origin.DECLARED)]


@pytest.mark.parametrize("event", [True, False], ids=["beside an event", "beside a document"])
def test_curated_description__stands_above_what_comes_later(store: Store, event: bool) -> None:
    grant(store, A.key, Aspect.DESCRIPTION, {"text": "by a person"})
    late = version("mesh.ttl", 2, *MESH[:3], thing(A.key, description="later"), thing(B.key))
    send(store, [dataset_event(2, A, documentation={"description": "by a producer"}) if event else late])
    assert description(store, A.key) == "by a person"
    grant(store, A.key, Aspect.DESCRIPTION, withdrawing)
    assert description(store, A.key) == ("by a producer" if event else "later")


def test_curation__does_not_keep_what_no_document_has_any_more(store: Store) -> None:
    own(store, FINANCE)
    send(store, [version("mesh.ttl", 2, *MESH[1:3])])
    with store.read() as reader:
        assert reader.nodes([PRODUCT])[PRODUCT].properties["gone"] is True
        assert described(reader, [PRODUCT], at(1)).keys() == {PRODUCT}
        assert not described(reader, [PRODUCT], time.time_ns())
        assert not described(reader, [PRODUCT])


def test_change__that_is_so_already_leaves_no_trace(store: Store) -> None:
    first = own(store, FINANCE)
    again = own(store, FINANCE)
    assert not again.changed
    assert again.curated.version == first.curated.version
    with store.read() as reader:
        assert len(changes(reader, 10)) == 1


def test_change__of_a_version_that_is_not_in_force_is_a_conflict_with_the_one_that_is(store: Store) -> None:
    first = own(store, FINANCE, if_version="0").curated
    own(store, ORDERS, if_version=first.version)
    with pytest.raises(Conflict) as conflict:
        own(store, FINANCE, if_version=first.version)
    assert conflict.value.now.value == {"agent": ORDERS}
    assert owners(store) == [(ORDERS, Origin.CURATED)]


def test_changes_at_once__are_each_made_of_what_the_others_left(fresh_store: FreshStore) -> None:
    store = fresh_store()
    datasets = [key("dataset", "db", f"t{number}") for number in range(8)]
    send(store, [version("mesh.ttl", 1, *MESH, *(thing(one) for one in datasets))])
    curators = [on(store) for _ in datasets]

    def confirm(curator: Curator, dataset: str) -> None:
        curator.grant(Wish(CurationId(PORT, "binding"), confirming(dataset)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(confirm, curators, datasets))
    with store.read() as reader:
        [binding] = curated_of(reader, [PORT])[PORT]
        trail = changes(reader, 100)
    assert binding.value == {"bound": sorted(datasets), "rejected": []}
    assert len(trail) == len(datasets)


def test_change__counts_though_the_clock_went_back(store: Store) -> None:
    own(store, FINANCE)
    curator = on(store)
    curator._clock = lambda: at(0)
    curator.grant(Wish(CurationId(PRODUCT, "owner"), setting(Aspect.OWNER, {"agent": ORDERS})))
    assert owners(store) == [(ORDERS, Origin.CURATED)]


@pytest.mark.parametrize(
    ("subject", "aspect", "value"),
    [
        (key("product", "none"), Aspect.DESCRIPTION, {"text": "x"}),
        (PRODUCT, Aspect.OWNER, {"agent": "team/none"}),
        (PORT, Aspect.BINDING, {"bound": ["dataset/db/none"], "rejected": []}),
    ],
)
def test_what_is_not_there__is_not_curated(
    store: Store, subject: str, aspect: Aspect, value: dict[str, object]
) -> None:
    with pytest.raises(UnknownNode):
        grant(store, subject, aspect, value)


@pytest.mark.parametrize(
    ("subject", "aspect", "value", "why"),
    [
        (PRODUCT, Aspect.OWNER, {"agent": PORT}, "no key of person or team"),
        (PRODUCT, Aspect.OWNER, {"agent": FINANCE, "since": "now"}, "'since' is no part"),
        (PRODUCT, Aspect.OWNER, {}, "agent is missing"),
        (PRODUCT, Aspect.BINDING, {"bound": [A.key], "rejected": []}, "BOUND_TO is of"),
        (PORT, Aspect.BINDING, {"bound": [A.key], "rejected": [A.key]}, "both bound and rejected"),
        (PRODUCT, Aspect.DESCRIPTION, {"text": "  "}, "'text' is blank"),
        (PRODUCT, Aspect.DESCRIPTION, {"text": 7}, "'text' has to be text"),
        (PRODUCT, Aspect.TAGS, {"tags": [{"tag": "x" * 201}]}, "more than 200"),
        (PRODUCT, Aspect.ROLES, {"roles": [{"agent": ORDERS, "role": "r", "since": "soon"}]}, "date-time"),
    ],
)
def test_what_cannot_be_said__is_refused_with_the_reason(
    store: Store, subject: str, aspect: Aspect, value: dict[str, object], why: str
) -> None:
    with pytest.raises(InvalidCuration, match=why):
        grant(store, subject, aspect, value)


def test_binding__is_confirmed_and_rejected(store: Store) -> None:
    grant(store, PORT, Aspect.BINDING, confirming(A.key))
    grant(store, PORT, Aspect.BINDING, rejecting(B.key))
    assert _bindings(store) == {(Rel.BOUND_TO, A.key), (Rel.NOT_BOUND_TO, B.key)}
    grant(store, PORT, Aspect.BINDING, rejecting(A.key))
    assert _bindings(store) == {(Rel.NOT_BOUND_TO, A.key), (Rel.NOT_BOUND_TO, B.key)}


def _bindings(store: Store) -> set[tuple[str, str]]:
    with store.read() as reader:
        edges = reader.edges([PORT], (Rel.BOUND_TO, Rel.NOT_BOUND_TO), Direction.OUT)
    return {(edge.type, edge.target) for edge in edges}


def test_agreement__is_requested_decided_and_not_decided_twice(store: Store) -> None:
    agreement = CurationId("agreement/one", "agreement")
    request = requesting([PORT], FINANCE, "reports", None)
    curator = on(store)
    assert curator.grant(Wish(agreement, request, makes=True)).changed
    assert not curator.grant(
        Wish(agreement, requesting([PORT], FINANCE, "reports", None), makes=True)
    ).changed
    with pytest.raises(InvalidCuration, match="another"):
        curator.grant(Wish(agreement, requesting([PORT], ORDERS, None, None), makes=True))
    curator.grant(Wish(agreement, deciding("approved", "2026-01-01T00:00:00Z", None)))
    with store.read() as reader:
        node = reader.nodes(["agreement/one"])["agreement/one"]
        parties = {
            (edge.type, edge.target)
            for edge in reader.edges([node.key], (Rel.GRANTED_TO, Rel.GRANTED_BY, Rel.COVERS), Direction.OUT)
        }
    assert (node.label, node.properties["status"]) == ("AccessAgreement", "approved")
    assert "inferred" not in node.properties
    assert parties == {(Rel.GRANTED_TO, FINANCE), (Rel.GRANTED_BY, PRODUCT), (Rel.COVERS, PORT)}
    with pytest.raises(InvalidCuration, match="it cannot be denied"):
        curator.grant(Wish(agreement, deciding("denied", None, None)))
    with pytest.raises(InvalidCuration, match="cancel"):
        curator.grant(Wish(agreement, withdrawing))


def test_agreement__is_prolonged_where_it_stands_and_never_ends_before_it_begins(store: Store) -> None:
    agreement = CurationId("agreement/one", "agreement")
    curator = on(store)
    curator.grant(Wish(agreement, requesting([PORT], FINANCE, None, None), makes=True))
    begin, end, later = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
    with pytest.raises(InvalidCuration, match="before it begins"):
        curator.grant(Wish(agreement, deciding("approved", end, begin)))
    curator.grant(Wish(agreement, deciding("approved", None, end, now=begin)))

    curator.grant(Wish(agreement, deciding("approved", None, later, now=end)))

    with store.read() as reader:
        said = reader.nodes(["agreement/one"])["agreement/one"].properties
    assert (said["validFrom"], said["validUntil"]) == (begin, later)


def test_trail__has_who_changed_what_and_why_the_latest_first(store: Store) -> None:
    own(store, FINANCE, actor="ada", why="they took over")
    grant(store, PRODUCT, Aspect.TAGS, {"tags": [{"tag": "gold"}]}, actor="bob")
    own(store, ORDERS, actor="cy")
    grant(store, PORT, Aspect.DESCRIPTION, {"text": "x"}, actor="ada")

    def told(change: Change) -> tuple[str | None, object, object]:
        return change.after.actor, change.before, change.after.value

    with store.read() as reader:
        all_, of_product = changes(reader, 10), changes(reader, 10, subject=PRODUCT)
        first, rest = changes(reader, 3), changes(reader, 3, before=all_[2].after.order)
        since = changes(reader, 10, since=all_[1].after.at)
    assert [told(one) for one in of_product] == [
        ("cy", {"agent": FINANCE}, {"agent": ORDERS}),
        ("bob", None, {"tags": [{"tag": "gold"}]}),
        ("ada", None, {"agent": FINANCE}),
    ]
    assert of_product[-1].after.why == "they took over"
    assert [*first, *rest] == all_
    assert since == all_[:2]


def test_curations_of_a_thing__are_those_of_the_time_asked(store: Store) -> None:
    first = own(store, FINANCE).curated
    own(store, ORDERS)
    with store.read() as reader:
        [then] = curated_of(reader, [PRODUCT], first.at)[PRODUCT]
        [now] = curated_of(reader, [PRODUCT])[PRODUCT]
    assert (then.value, now.value) == ({"agent": FINANCE}, {"agent": ORDERS})
    assert isinstance(then, Curated)


def test_store__is_what_its_log_makes_when_what_was_curated_is_forgotten() -> None:
    store = MemoryStore()
    said = [
        *recognised([dataset_event(1, A), dataset_event(1, B)], RECEIVED_NS),
        curation(A.key, Aspect.TAGS, {"tags": [{"tag": "gold"}]}, 2),
        curation(PORT, Aspect.BINDING, {"bound": [A.key], "rejected": []}, 3, actor="ada", why="it is a"),
        curation(B.key, Aspect.OWNER, {"agent": FINANCE}, 4),
    ]
    apply(store, said)
    apply(store, [command("forget", Scope("dataset", A.namespace, A.name).terms, received_ns=RECEIVED_NS)])
    with store.read() as reader:
        kept = curated_of(reader, [A.key, B.key, PORT])
        bodies = [entry.body for entry in reader.log(None, 100) if entry.kind is EntryKind.CURATION]
    assert kept[A.key] == []
    assert [(one.value, one.actor, one.why) for one in kept[PORT]] == [(None, "ada", None)]
    assert [one.value for one in kept[B.key]] == [{"agent": FINANCE}]
    assert not [body for body in bodies if A.key in body or "it is a" in body]
    assert not verify(store, MemoryStore()).first


def test_rdf_of_a_product__has_the_owner_that_counts(store: Store) -> None:
    own(store, FINANCE)
    with store.read() as reader:
        [told] = read_page(reader, list(reader.nodes([PRODUCT]).values()))
    owners = {str(value) for _, predicate, value in mesh_triples(told, "") if predicate == f"{NS}ownedBy"}
    assert owners == {FINANCE}


def test_feed__tells_the_owner_that_counts(store: Store) -> None:
    with store.read() as reader:
        before = portraits(reader, [PRODUCT])[PRODUCT].facts[Rel.OWNED_BY]
    own(store, FINANCE)
    with store.read() as reader:
        after = portraits(reader, [PRODUCT])[PRODUCT].facts[Rel.OWNED_BY]
    assert (before, after) == ([ORDERS], [FINANCE])
