"""Lineage that documents declare: walked, with the document as evidence, part of impact, hidden for one run."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.evidence import Moment, Sight, entry_of, entry_prefix, last_sights
from catalog.graph import Direction
from catalog.identity import DatasetId, JobId
from catalog.impact.evaluation import impact
from catalog.impact.severity import Severity
from catalog.lineage import LineageEdge, walk
from catalog.lineage_steps import Level
from catalog.scopes import RunReader, WindowReader
from catalog.store.memory import MemoryStore
from catalog.store.port import Reader
from tests.convergence.cases import JOB, RUN, A, B, C, at, run
from tests.convergence.said import Event
from tests.documents.versions import Version, key, send, thing, version
from tests.impact.words import drop, drop_dataset, proposed

F, G = A.field("id"), C.field("total")
OTHER = JobId("jobs", "other")
NOW = Moment()
DOCUMENT = key("document", "a.ttl")
COLUMNS = (
    thing(A.key, ("HAS_FIELD", A.key, F.key, ())),
    thing(C.key, ("HAS_FIELD", C.key, G.key, ())),
    thing(F.key, ("FEEDS", F.key, G.key, (("subtype", "IDENTITY"),))),
    thing(G.key),
)
READS = thing(A.key, ("CONSUMED_BY", A.key, JOB.key, ()))
WRITES = thing(JOB.key, ("PRODUCES", JOB.key, B.key, ()))


@contextmanager
def reading(*batches: list[Event | Version]) -> Iterator[Reader]:
    store = MemoryStore()
    send(store, *batches)
    with store.read() as reader:
        yield reader


def edges(
    reader: Reader, *roots: str, level: Level = Level.DATASET, when: int | None = None
) -> list[LineageEdge]:
    return list(walk(reader, roots, direction=Direction.OUT, level=level, at=when).edges)


def sights(reader: Reader, found: list[LineageEdge], moment: Moment = NOW) -> list[Sight | None]:
    told = last_sights(reader, found, {}, moment)
    return [told.get(edge) for edge in found]


def test_jobs_of_a_document__are_walked_and_told_by_it() -> None:
    first, second = version("a.ttl", 1, READS, WRITES), version("a.ttl", 4, READS, WRITES)
    with reading([first], [second]) as reader:
        found = edges(reader, A.key)
        assert [(e.source, e.target, e.origins, e.documents) for e in found] == [
            (A.key, JOB.key, ("DECLARED",), (DOCUMENT,)),
            (JOB.key, B.key, ("DECLARED",), (DOCUMENT,)),
        ]
        assert [edge.valid_from for edge in found] == [at(1), at(1)]
        assert sights(reader, found) == [Sight(at(4), entry=second.at)] * 2
        entry = entry_of(reader, entry_prefix(second.at))
        assert entry is not None
        assert entry.body == second.body


def test_columns_of_a_document__are_walked_between_fields_and_between_datasets() -> None:
    told = version("a.ttl", 1, *COLUMNS)
    with reading([told]) as reader:
        for level, ends in ((Level.FIELD, (F.key, G.key)), (Level.DATASET, (A.key, C.key))):
            (edge,) = edges(reader, ends[0], level=level)
            assert (edge.source, edge.target, edge.job, edge.documents) == (*ends, None, (DOCUMENT,))
            assert sights(reader, [edge]) == [Sight(at(1), entry=told.at)]


def test_columns_of_a_document__make_no_second_way_beside_its_job() -> None:
    reads = thing(A.key, ("HAS_FIELD", A.key, F.key, ()), ("CONSUMED_BY", A.key, JOB.key, ()))
    writes = thing(JOB.key, ("PRODUCES", JOB.key, C.key, ()))
    with reading([version("a.ttl", 1, reads, writes, *COLUMNS[1:])]) as reader:
        assert [(edge.source, edge.target) for edge in edges(reader, A.key)] == [
            (A.key, JOB.key),
            (JOB.key, C.key),
        ]


def test_edge_of_an_earlier_version__has_its_evidence_as_of_then() -> None:
    first, second = version("a.ttl", 1, READS, WRITES), version("a.ttl", 2, READS, WRITES)
    with reading([first], [second], [version("a.ttl", 5)]) as reader:
        assert edges(reader, A.key) == []
        found = edges(reader, A.key, when=at(3))
        assert {edge.valid_to for edge in found} == {at(5)}
        assert sights(reader, found, Moment(at=at(3))) == [Sight(at(2), entry=second.at)] * 2


def test_way_of_which_an_event_told_one_half__is_as_old_as_the_older_half() -> None:
    told = version("a.ttl", 3, thing(B.key, ("CONSUMED_BY", B.key, OTHER.key, ())))
    with reading([run(1, "COMPLETE", 1, [A], [B])], [told]) as reader:
        (edge,) = edges(reader, JOB.key, level=Level.JOB)
        assert (edge.source, edge.target, edge.dataset) == (JOB.key, OTHER.key, B.key)
        assert (edge.documents, edge.origins) == ((DOCUMENT,), ("DECLARED", "OBSERVED"))
        assert sights(reader, [edge]) == [Sight(at(1), run=RUN[1].key)]


def test_edge_that_an_event_and_a_document_tell__is_as_new_as_the_newer() -> None:
    told = version("a.ttl", 3, READS)
    with reading([run(1, "COMPLETE", 1, [A], [B])], [told]) as reader:
        (edge,) = [edge for edge in edges(reader, A.key) if edge.target == JOB.key]
        assert sights(reader, [edge]) == [Sight(at(3), entry=told.at)]


def test_alias_of_a_document__joins_its_names_while_it_holds() -> None:
    alias = DatasetId("db", "view")
    link = thing(alias.key, ("ALIAS_OF", alias.key, A.key, (("aliasType", "VIEW"),)), label="Alias")
    with reading(
        [version("a.ttl", 1, READS, WRITES)], [version("b.ttl", 2, link)], [version("b.ttl", 5)]
    ) as reader:
        assert [edge.target for edge in edges(reader, alias.key, when=at(3))] == [JOB.key, B.key]
        assert edges(reader, alias.key) == []


def test_dropped_field__reaches_what_a_document_derives_from_it() -> None:
    with reading([version("a.ttl", 1, *COLUMNS)]) as reader:
        report = impact(reader, proposed(A.key, drop("id")))
        assert {(item.key, item.severity) for item in report.items} == {
            (C.key, Severity.STALE),
            (G.key, Severity.STALE),
        }


def test_lineage_of_one_run__has_nothing_that_a_document_declares() -> None:
    told = version("a.ttl", 2, READS, thing(JOB.key, ("PRODUCES", JOB.key, C.key, ())))
    with reading([run(1, "COMPLETE", 1, [A], [B])], [told]) as reader:
        assert {edge.target for edge in edges(reader, A.key)} == {JOB.key, B.key, C.key}
        assert {edge.target for edge in edges(RunReader(reader, RUN[1].key), A.key)} == {JOB.key, B.key}


def test_lineage_of_a_window__has_what_a_document_declared_in_it() -> None:
    batches: list[list[Event | Version]] = [[version("a.ttl", 1, READS, WRITES)], [version("a.ttl", 5)]]
    with reading(*batches) as reader:
        assert [edge.target for edge in edges(WindowReader(reader, at(3), None), A.key)] == [JOB.key, B.key]
        assert edges(WindowReader(reader, at(6), None), A.key) == []


def test_pipeline__is_a_job_to_lineage() -> None:
    told = version("a.ttl", 2, thing(JOB.key, label="Pipeline"))
    with reading([run(1, "COMPLETE", 1, [A], [B])], [told]) as reader:
        found = walk(reader, [JOB.key], direction=Direction.OUT)
        assert [(node.key, node.label) for node in found.nodes] == [(JOB.key, "Job"), (B.key, "Dataset")]


def test_a_dataset_that_no_document_has_any_more__is_said_to_be_gone() -> None:
    """In lineage and in impact of now; what held before says nothing of it."""
    with reading([version("a.ttl", 1, READS, WRITES)], [version("a.ttl", 4, WRITES)]) as reader:
        now = walk(reader, [A.key], direction=Direction.OUT)
        assert [(reason.code, reason.keys) for reason in now.coverage.reasons] == [("GONE", (A.key,))]
        assert now.coverage.status == "COMPLETE"
        then = walk(reader, [A.key], direction=Direction.OUT, at=at(2))
        assert "GONE" not in {reason.code for reason in then.coverage.reasons}
        report = impact(reader, proposed(A.key, drop_dataset()))
        assert "GONE" in {reason.code for reason in report.coverage.reasons}
