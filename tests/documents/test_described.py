"""What documents said of things as of an instant, against the oracle; and which document left a thing out."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.described import described, last_left
from catalog.store.memory import MemoryStore
from tests.convergence.cases import A, at
from tests.documents.oracle import Library
from tests.documents.versions import Version, distinct, key, send, thing, version, versions

PRODUCT = key("product", "sales")


@settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.lists(versions(), min_size=1, max_size=6).map(distinct))
def test_description__is_that_of_the_versions_in_force_at_any_instant(found: tuple[Version, ...]) -> None:
    library, store = Library(found), MemoryStore()
    send(store, [*found])
    instants = sorted({one.ns for one in found})
    with store.read() as reader:
        for when in (None, instants[0] - 1, *instants, *(instant + 1 for instant in instants)):
            answer = described(reader, library.keys, when)
            told = library.told(when)
            assert answer.keys() == told.keys()
            for name, plains in told.items():
                telling = [plain for plain in plains if not plain.stub]
                properties = {k: v for plain in telling for k, v in plain.properties.items()}
                assert (answer[name].properties, answer[name].only_named) == (properties, not telling)
                documents = tuple(one.key for one in library.in_force(when) if name in one.nodes)
                assert answer[name].documents == documents


def test_description__of_what_no_document_ever_had_is_absent() -> None:
    store = MemoryStore()
    send(store, [version("a.ttl", 1, thing(PRODUCT))])
    with store.read() as reader:
        assert described(reader, [A.key]) == described(reader, [A.key], at(2)) == {}


def test_last_left__is_the_last_document_to_leave_a_thing_out() -> None:
    store = MemoryStore()
    send(
        store, [version("a.ttl", 1, thing(PRODUCT)), version("b.ttl", 2, thing(PRODUCT)), version("a.ttl", 5)]
    )
    with store.read() as reader:
        assert last_left(reader, PRODUCT) is None
    send(store, [version("b.ttl", 4)])
    with store.read() as reader:
        assert last_left(reader, PRODUCT) == (key("document", "a.ttl"), at(5))
        assert last_left(reader, A.key) is None
