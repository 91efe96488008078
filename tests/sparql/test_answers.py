"""Queries within their bounds of time, memory and size, and the service after one that was beyond them."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.errors import QueryMemory, QueryTimeout
from api.sparql.answers import Sparql
from catalog.store.memory import MemoryStore
from ontology.errors import MalformedQuery, QueryRefused, ResultTooLarge
from ontology.sparql import Question
from tests.convergence import observed
from tests.convergence.cases import A, B, run
from tests.sparql.asking import COUNT, EVERYTHING, GREEDY, HEAVY, JSON, MIB, asked, asking, count, rows

PAIRS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?c) < STR(?f)) }"
"""Takes some ten milliseconds on the small graph."""


@pytest.fixture
def store() -> MemoryStore:
    opened = MemoryStore()
    observed.send(opened, [[run(number, "COMPLETE", number, [A], [B]) for number in range(1, 6)]])
    return opened


@pytest.fixture
def sparql(store: MemoryStore) -> Iterator[Sparql]:
    with asking(store, query_s=2, memory_bytes=512 * MIB) as opened:
        yield opened


def test_answer__says_the_version_that_it_is_from(store: MemoryStore, sparql: Sparql) -> None:
    before = sparql.answer(asked(COUNT))
    observed.send(store, [[run(6, "COMPLETE", 6, [A], [B])]])
    after = sparql.answer(asked(COUNT))

    assert (before.version, after.version) == (1, 2)
    assert before.body != after.body


def test_default_graph__is_the_union_of_the_graphs_of_all_nodes(store: MemoryStore, sparql: Sparql) -> None:
    (whole,) = rows(sparql, COUNT)
    (named,) = rows(sparql, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    (graphs,) = rows(sparql, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }")

    assert whole == named
    with store.read() as reader:
        assert int(graphs[0]) == len(observed.nodes(reader))


def test_dataset__of_the_request_limits_what_is_seen(sparql: Sparql) -> None:
    a, b = (f"http://127.0.0.1:8000/id/{dataset.key}" for dataset in (A, B))
    seen = "SELECT DISTINCT ?g { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o BIND('default' AS ?g) } } ORDER BY ?g"

    def graphs(default: tuple[str, ...], named: tuple[str, ...]) -> bytes:
        return sparql.answer(Question(seen, "text/csv", MIB, default, named)).body

    assert graphs((a,), (b,)).split() == [b"g", b.encode(), b"default"]
    assert graphs((a,), ()).split() == [b"g", b"default"]
    assert graphs((), (b,)).split() == [b"g", b.encode()]
    assert rows(sparql, f"SELECT DISTINCT ?s FROM <{a}> {{ ?s a ?type }}") == [(a,)]
    assert rows(sparql, f"SELECT DISTINCT ?g FROM NAMED <{b}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == [(b,)]
    assert rows(sparql, f"SELECT ?s FROM NAMED <{b}> {{ ?s ?p ?o }}") == []
    with pytest.raises(QueryRefused, match="IRI"):
        graphs(("not an IRI",), ())


def test_state_of_the_copy__is_no_triple(sparql: Sparql) -> None:
    assert rows(sparql, "SELECT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'urn:')) }") == []
    assert rows(sparql, "SELECT ?s { ?s ?p ?o FILTER(CONTAINS(STR(?s), 'state')) }") == []


def test_query__that_takes_too_long_is_ended_and_the_next_is_answered(sparql: Sparql) -> None:
    triples = count(sparql)
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match="2 s"):
        sparql.answer(asked(HEAVY))

    assert time.monotonic() - begun < 6
    assert count(sparql) == triples


def test_query__that_wants_too_much_memory_is_ended_and_the_next_is_answered(store: MemoryStore) -> None:
    with asking(store, query_s=30, memory_bytes=256 * MIB) as sparql:
        triples = count(sparql)
        with pytest.raises(QueryMemory):
            sparql.answer(asked(GREEDY))

        assert count(sparql) == triples


def test_query__that_is_nested_too_deep_ends_nothing_but_itself(sparql: Sparql) -> None:
    triples = count(sparql)
    with pytest.raises((QueryMemory, MalformedQuery)):
        sparql.answer(asked("SELECT * " + "{" * 50_000 + "}" * 50_000))

    assert count(sparql) == triples


def test_queries__beside_one_that_is_ended_are_answered_all_the_same(sparql: Sparql) -> None:
    expected = rows(sparql, PAIRS)
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(sparql.answer, asked(HEAVY))
        beside = 0
        while not heavy.done():
            assert rows(sparql, PAIRS) == expected
            beside += 1
        with pytest.raises(QueryTimeout):
            heavy.result(30)
    assert beside > 1


def test_change__that_must_wait_for_a_query_leaves_answers_of_the_version_before(
    store: MemoryStore, sparql: Sparql
) -> None:
    before = sparql.answer(asked(COUNT))
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(sparql.answer, asked(HEAVY))
        time.sleep(0.3)
        observed.send(store, [[run(7, "COMPLETE", 7, [A], [B])]])
        meanwhile = sparql.answer(asked(COUNT))
        with pytest.raises(QueryTimeout):
            heavy.result(30)

    assert meanwhile == before
    assert sparql.answer(asked(COUNT)).version == before.version + 1


def test_answer__that_is_too_large_is_an_error_and_no_part_of_it_is_given(sparql: Sparql) -> None:
    whole = sparql.answer(asked(EVERYTHING)).body

    assert sparql.answer(asked(EVERYTHING, JSON, len(whole))).body == whole
    with pytest.raises(ResultTooLarge, match=f"{len(whole) - 1} bytes"):
        sparql.answer(asked(EVERYTHING, JSON, len(whole) - 1))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * { ?s ?p", "line 1, column 17"),
        ("SELECT *\n{ ?s ?p ?o }\nLIMIT x", "line 3, column 7"),
        ("SELECT * {\n ?s nope:p ?o }", "line 2"),
    ],
)
def test_malformed_query__is_told_its_place(sparql: Sparql, text: str, place: str) -> None:
    with pytest.raises(MalformedQuery, match=place):
        sparql.answer(asked(text))


def test_close__ends_the_worker_and_its_threads(store: MemoryStore) -> None:
    before = threading.active_count()
    with asking(store) as sparql:
        count(sparql)
        assert threading.active_count() > before
    assert threading.active_count() == before
