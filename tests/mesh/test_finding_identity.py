"""The id of a finding and the time since when it is so stay while its cause stays."""

from typing import Any

from catalog.mesh.finding import Finding, FindingKind
from catalog.mesh.findings.evaluation import evaluate
from catalog.mesh.mesh import read_mesh
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.convergence.cases import A, B, C, about, at, dataset_event, run
from tests.convergence.said import Event
from tests.documents.versions import Version, send, stub
from tests.mesh.test_status import CONTRACT, PORT, PRODUCT, thing

SCHEMA = "schema/b/1.0.0/b"


def contract(minute: int, **types: str) -> Version:
    """A product whose port serves B under a contract with these properties, in their order."""
    keys = [f"schema-property/b/1.0.0/b/{name}" for name in types]
    has = [("HAS_PROPERTY", SCHEMA, key, (("ordinal", n),)) for n, key in enumerate(keys, start=1)]
    of_version = ("HAS_SCHEMA", CONTRACT, SCHEMA, ())
    nodes = (
        thing(PRODUCT, ("HAS_OUTPUT_PORT", PRODUCT, PORT, ()), label="DataProduct", name="B"),
        thing(
            PORT,
            ("SERVES", PORT, B.key, ()),
            ("GOVERNED_BY", PORT, CONTRACT, ()),
            label="OutputPort",
            name="Table",
        ),
        thing(CONTRACT, of_version, label="ContractVersion", name="B 1", version="1.0.0"),
        thing(SCHEMA, ("BOUND_TO", SCHEMA, B.key, ()), *has, label="Schema", name="b"),
        *(
            thing(key, label="SchemaProperty", name=name, type=type_)
            for key, (name, type_) in zip(keys, types.items(), strict=True)
        ),
        (B.key, stub(B.key)),
    )
    return Version("b.yaml", at(minute), dict(nodes))


def shown(minute: int, **types: str) -> Event:
    fields = [{"name": name, "type": type_} for name, type_ in types.items()]
    return dataset_event(minute, B, schema={"fields": fields})


def drift(*said: Any, when: int | None = None) -> list[tuple[str, int | None]]:
    opened = MemoryStore()
    send(opened, list(said))
    with opened.read() as reader:
        found = evaluate(read_mesh(reader, when, at(59)))
    return [(one.id, one.since) for one in found if one.kind is FindingKind.SCHEMA_DRIFT]


def test_missing_field__is_missing_since_it_was_last_seen() -> None:
    before = [contract(0, id="integer", total="number"), shown(2, id="int", total="double")]
    ((_, since),) = drift(*before, shown(10, id="int"))
    assert since == at(10)


def test_missing_field__that_never_was_is_missing_since_a_schema_is_seen() -> None:
    ((_, since),) = drift(contract(0, id="integer", total="number"), shown(4, id="int"))
    assert since == at(4)


def test_missing_field__is_missing_since_it_is_promised() -> None:
    ((_, since),) = drift(
        contract(0, id="integer"), shown(4, id="int"), contract(9, id="integer", total="number")
    )
    assert since == at(9)


def test_since__stays_when_columns_move_and_documents_and_schemas_come_again() -> None:
    first = [contract(0, id="integer", total="number"), shown(2, id="int", total="text")]
    later = [
        contract(20, day="date", id="integer", total="number"),
        shown(21, day="date", id="int", total="text"),
        run(1, "COMPLETE", 22, [A], [B]),
    ]
    ((id_, since),) = drift(*first)
    assert since == at(2)
    assert drift(*first, *later) == [(id_, since)]


def test_since__begins_anew_after_a_gap() -> None:
    said = [contract(0, id="integer", total="number"), shown(2, id="int", total="text")]
    healed = [shown(5, id="int", total="double"), shown(9, id="int", total="text")]
    ((_, since),) = drift(*said, *healed)
    assert since == at(9)
    assert [since for _, since in drift(*said, *healed, when=at(4))] == [at(2)]


def test_extra_field__is_extra_since_a_contract_is_there() -> None:
    ((_, since),) = drift(shown(2, id="int", note="text"), contract(6, id="integer"))
    assert since == at(6)


def test_id__stays_whichever_name_of_a_dataset_events_used_last() -> None:
    linked = about(B, symlinks={"identifiers": [{"namespace": C.namespace, "name": C.name, "type": "TABLE"}]})
    opened = MemoryStore()
    send(opened, [contract(0, id="integer", total="number"), run(1, "COMPLETE", 1, [A], [linked])])
    send(opened, [shown(2, id="int")])
    before = only(opened)
    send(opened, [run(2, "COMPLETE", 31, [A], [C])])
    after = only(opened)
    assert (before.message, after.message) == (
        "db/b lacks fields that its contract promises: total.",
        "db/c lacks fields that its contract promises: total.",
    )
    assert (before.id, before.since) == (after.id, after.since)


def only(opened: Store) -> Finding:
    with opened.read() as reader:
        found = evaluate(read_mesh(reader, None, at(59)))
    (one,) = (one for one in found if one.kind is FindingKind.SCHEMA_DRIFT)
    return one
