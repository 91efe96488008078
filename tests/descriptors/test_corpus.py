"""The published examples of each format: all are read whole, what has no place is told, and the graph is one by any
order of import on every store."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import Given
from ingest.documents.reading import Reading
from tests.convergence import observed
from tests.convergence.conftest import NEO4J_WHEN_SLOW, FreshStore, fresh_store, kind

__all__ = ["fresh_store", "kind"]

RECEIVED_NS = 1_800_000_000_000_000_000
FOLDERS = ("odcs", "odps-bitol", "backstage")
FORMATS = {
    "odcs": ("ODCS data contract",),
    "odps-bitol": ("ODPS data product",),
    "backstage": ("Backstage entity",),
}
NO_PLACE = {
    "odcs": {
        "contractCreatedTs",
        "customProperties[]",
        "description.authoritativeDefinitions[]",
        "roles",
        "schema[].authoritativeDefinitions[]",
        "schema[].customProperties[]",
        "schema[].dataGranularityDescription",
        "schema[].properties[].authoritativeDefinitions[]",
        "schema[].properties[].customProperties[]",
        "schema[].properties[].encryptedName",
        "schema[].properties[].examples",
        "schema[].properties[].quality[].arguments",
        "schema[].properties[].quality[].businessImpact",
        "schema[].properties[].quality[].customProperties[]",
        "schema[].properties[].quality[].engine",
        "schema[].properties[].quality[].scheduler",
        "schema[].properties[].transformDescription",
        "schema[].properties[].transformSourceObjects",
        "schema[].quality[].businessImpact",
        "schema[].quality[].method",
        "schema[].quality[].scheduler",
        "schema[].relationships",
        "slaProperties[].valueExt",
        "support[].customProperties",
        "team.customProperties",
        "team.members[].description",
        "team.members[].replacedByUsername",
        "team.tags",
    },
    "odps-bitol": {
        "inputPorts[].authoritativeDefinitions[]",
        "inputPorts[].customProperties[]",
        "managementPorts[].authoritativeDefinitions[]",
        "managementPorts[].customProperties[]",
        "outputPorts[].authoritativeDefinitions[]",
        "outputPorts[].customProperties[]",
        "outputPorts[].inputContracts[]",
        "outputPorts[].sbom",
        "productCreatedTs",
        "team.customProperties",
        "team.members[].description",
        "team.tags",
    },
}
"""All that the examples say and the graph has no place for."""


@pytest.fixture(scope="module")
def mesh(corpus: Path) -> Path:
    return corpus / "mesh"


def _read(mesh: Path, *folders: str) -> list[Reading]:
    paths = [path for folder in folders for path in sorted((mesh / folder).glob("*.yaml"))]
    return [
        interpret_descriptor(
            path.read_bytes(),
            path.relative_to(mesh).as_posix(),
            Given(at_ns=RECEIVED_NS - 10**9 * number),
            received_ns=RECEIVED_NS,
            max_bytes=10**7,
        )
        for number, path in enumerate(paths)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_examples__are_read_whole_as_what_they_are(mesh: Path, folder: str) -> None:
    found = _read(mesh, folder)

    assert found
    assert {reading.source: reading.broken for reading in found if reading.kept_out} == {}
    assert {reading.formats for reading in found} == {FORMATS[folder]}
    assert all(any(not node.stub for node in reading.interpretation.statement.nodes) for reading in found)


@pytest.mark.parametrize("folder", NO_PLACE)
def test_what_has_no_place__is_known_and_told_with_its_line(mesh: Path, folder: str) -> None:
    notes = [note for reading in _read(mesh, folder) for note in reading.notes]

    assert {note.term for note in notes} == NO_PLACE[folder]
    assert all(note.line for note in notes)


@pytest.mark.parametrize("folder", FOLDERS)
def test_reading__is_a_function_of_the_text(mesh: Path, folder: str) -> None:
    assert _read(mesh, folder) == _read(mesh, folder)


@NEO4J_WHEN_SLOW
def test_import__in_any_order_and_again_gives_the_same_bytes(mesh: Path, fresh_store: FreshStore) -> None:
    found = _read(mesh, *FOLDERS)
    expected = _export(MemoryStore(), found)

    for seed in (1, 2):
        order = list(found)
        random.Random(seed).shuffle(order)
        assert _export(fresh_store(), [*order, *order[::3]]) == expected
    assert len(expected) > 1000


def _export(store: Store, readings: Sequence[Reading]) -> list[str]:
    """The canonical export of a store that was sent these, four at a time."""
    projection = Projection(store)
    for place in range(0, len(readings), 4):
        projection.apply([(one.entry, one.statements) for one in readings[place : place + 4]])
    return observed.export(store)
