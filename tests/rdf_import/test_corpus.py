"""Published examples of DPROD, DCAT and DCAT-AP: what can be read is imported, what is broken is told clearly."""

from collections import Counter
from pathlib import Path

import pytest

from catalog.canonical import plain
from catalog.entry import Status
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.documents.reading import Reading
from ingest.documents.stored import interpret_stored
from ingest.rdf.document import interpret_document, read_document
from ingest.rdf.findings import shown
from ontology.errors import RdfError
from ontology.rdf_reading import RdfSyntax, read_canonical
from tests.rdf_import.build import RECEIVED

BROKEN = {
    "dprod/examples/dprod-example.json": "Line 13, column 7: It is no JSON: Expecting ',' delimiter.",
    "dprod/examples/equity-trade.jsonld": (
        'Line 3, column 8: An object has both "id" ("equity trade-xxx") and "@id"'
        ' ("https://y.com/products/equity-trade-xxx"), which mean the same.'
    ),
    "dprod/examples/sba-pool-rates.jsonld": (
        'Line 2, column 10: An object has both "id" ("sba-pool-rates") and "@id"'
        ' ("https://y.com/products/sba-pool-rates"), which mean the same.'
    ),
    "dcat-ap/examples/example-bee-population-dataset-series-api.ttl": (
        "Line 20, column 31: '/' is not allowed at the beginning of a prefix name."
    ),
    "dcat-ap/examples/example-bee-population-dataset-series-combined.ttl": (
        "Line 32, column 31: '/' is not allowed at the beginning of a prefix name."
    ),
}
DIFFERENT = {"dryad-globtherm-sdata", "threddsABC"}
"""The publisher's own: a prefix that JSON-LD does not take for one, a number that is a text in one of the two."""
WRITTEN = {
    ".ttl": RdfSyntax.TURTLE,
    ".trig": RdfSyntax.TRIG,
    ".nt": RdfSyntax.N_TRIPLES,
    ".nq": RdfSyntax.N_QUADS,
    ".jsonld": RdfSyntax.JSON_LD,
    ".json": RdfSyntax.JSON_LD,
}
FOLDERS = ("dprod/examples", "dprod/examples-2026", "dprod/readme-examples", "dcat-w3c", "dcat-ap/examples")


@pytest.fixture(scope="module")
def mesh(corpus: Path) -> Path:
    return corpus / "mesh"


def _examples(mesh: Path) -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((mesh / folder).iterdir())]
    return [path for path in found if path.suffix in WRITTEN and not path.name.startswith("_")]


def _read(path: Path, mesh: Path) -> Reading:
    source = path.relative_to(mesh).as_posix()
    document = read_document(path.read_bytes(), WRITTEN[path.suffix], source)
    return interpret_document(document, source, received_ns=RECEIVED)


def _readable(mesh: Path) -> list[Reading]:
    paths = [path for path in _examples(mesh) if path.relative_to(mesh).as_posix() not in BROKEN]
    return [_read(path, mesh) for path in paths]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_example__is_told_with_its_place(mesh: Path, name: str) -> None:
    with pytest.raises(RdfError) as caught:
        _read(mesh / name, mesh)

    assert caught.value.message == BROKEN[name]


def test_readable_examples__are_imported_whole(mesh: Path) -> None:
    read = _readable(mesh)
    store = MemoryStore()
    receipts = Projection(store).apply([(one.entry, one.statements) for one in read])

    assert len(read) > 80
    assert [one.source for one in read if one.kept_out] == []
    assert {receipt.status for receipt in receipts} == {Status.APPLIED}
    counted: Counter[str] = Counter()
    for one in read:
        counted.update(one.interpretation.described)
    assert (
        min(counted[label] for label in ("DataProduct", "Dataset", "OutputPort", "InputPort", "Person")) > 2
    )


def test_readable_examples__lose_nothing_in_silence(mesh: Path) -> None:
    """What is not understood is counted with an example; no document comes to nothing without a word."""
    for one in _readable(mesh):
        content = plain(one.entry.body)["content"]
        subjects = {shown(statement.subject) for statement in read_canonical(content)}
        unknown = [note for note in one.notes if note.code == "not-understood"]
        assert all(note.count > 0 and note.example in subjects for note in unknown), one.source
        assert one.interpretation.statement.nodes or unknown or not subjects, one.source


def test_readable_examples__are_read_again_from_the_log(mesh: Path) -> None:
    for one in _readable(mesh):
        again = interpret_stored(one.entry)
        assert again == (one.entry, one.statements), one.source


def test_turtle_and_json_ld__of_one_example_are_one_graph(mesh: Path) -> None:
    by_name: dict[str, list[Path]] = {}
    for path in _examples(mesh):
        if path.relative_to(mesh).as_posix() not in BROKEN:
            by_name.setdefault(f"{path.parent}/{path.stem}", []).append(path)
    pairs = [paths for paths in by_name.values() if len(paths) == 2]

    different = [
        paths[0].stem
        for paths in pairs
        if len({read_document(path.read_bytes(), WRITTEN[path.suffix], "x").content for path in paths}) > 1
    ]
    assert len(pairs) > 35
    assert set(different) == DIFFERENT
