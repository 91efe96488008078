"""What the schemas of the specification allow is accepted without a word; what they do not, is told and kept."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.event import recognise
from ingest.facets.facet_type import Entity
from tests.api.graphql.world import RECEIVED_NS
from tests.conftest import CORPUS
from tests.facets.json_schema import Document, Schema
from tests.facets.told import dataset_event, event, problems
from tests.ingest.test_facet_registry import slots

SPEC = CORPUS / "openlineage-spec" / "facets"
EXAMPLES = CORPUS / "openlineage-facets"


class Slot(NamedTuple):
    """A facet slot, and the schema of what stands in it."""

    entity: Entity
    key: str
    document: Document
    schema: Schema


def _slots() -> Iterator[Slot]:
    for file in sorted(SPEC.glob("*.json")) if SPEC.is_dir() else ():
        root = json.loads(file.read_text(encoding="utf-8"))
        for entity, key, _version in sorted(slots(root)):
            yield Slot(entity, key, Document(root), _schema(root, entity, key))


def _schema(root: Schema, entity: Entity, key: str) -> Schema:
    """The definition that is meant where one key stands for several."""
    name = {
        ("lineage", Entity.JOB): "LineageJobFacet",
        ("lineage", Entity.DATASET): "LineageDatasetFacet",
        ("subset", Entity.INPUT): "InputSubsetInputDatasetFacet",
        ("subset", Entity.OUTPUT): "OutputSubsetOutputDatasetFacet",
    }.get((key, entity))
    return root["properties"][key] if name is None else {"$ref": f"#/$defs/{name}"}


SLOTS = list(_slots())
SLOT = pytest.mark.parametrize("slot", SLOTS, ids=[f"{slot.entity}-{slot.key}" for slot in SLOTS])


def told(slot: Slot, facet: Any) -> dict[str, Any]:
    """An event with the facet in its place. The lineage of a dataset counts on dataset events."""
    if slot.entity is Entity.DATASET and slot.key == "lineage":
        return dataset_event(slot.key, facet)
    return event(slot.entity, slot.key, facet)


def remarks(slot: Slot, facet: Any) -> list[tuple[str, str]]:
    """What was odd, but for what is never kept."""
    return [(code, path) for code, path in problems(told(slot, facet)) if code != "redacted"]


def test_specification__has_forty_slots(corpus: Path) -> None:
    assert len(SLOTS) == 40


@SLOT
@pytest.mark.parametrize("full", [True, False], ids=["full", "least"])
def test_what_the_schema_allows__is_accepted(slot: Slot, full: bool) -> None:
    facet = slot.document.sample(slot.schema, full=full)
    assert list(slot.document.violations(slot.schema, facet)) == []
    assert remarks(slot, facet) == []


def _changed(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each member of a value with something else in its place."""
    if path:
        for other in ({"odd": True}, [[1]], 7, True, "text", None):
            if type(other) is not type(value):
                yield path, other
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from _changed(item, (*path, step))


def _with(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    changed = copy.deepcopy(value)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = other
    return changed


UNREAD = {
    (Entity.RUN, "parent"): {"facets"},
    (Entity.RUN, "environmentVariables"): {"value"},
    (Entity.JOB, "documentation"): {"contentType"},
    (Entity.JOB, "sql"): {"query"},
    (Entity.JOB, "sourceCode"): {"sourceCode"},
    (Entity.DATASET, "catalog"): {"catalogProperties"},
    (Entity.DATASET, "documentation"): {"contentType"},
    (Entity.DATASET, "lifecycleStateChange"): {"previousIdentifier"},
}
"""Members that are kept as sent, or hidden, and not read when they come: what is odd in them is not told."""


@SLOT
def test_what_the_schema_does_not_allow__is_told_where_it_is_read_and_kept(slot: Slot) -> None:
    """Whatever stands in a facet: the event is applied, the facet kept as sent, and what was not understood is told."""
    whole = slot.document.sample(slot.schema, full=True)
    silent = []
    for path, other in _changed(whole):
        facet = _with(whole, path, other)
        entry, said = recognise(json.dumps(told(slot, facet)), received_ns=RECEIVED_NS)
        assert entry.status != "quarantined"
        assert said.datasets
        wrong = not slot.document.allows(slot.schema, facet)
        unread = UNREAD.get((slot.entity, slot.key), set()).intersection(path)
        if wrong and not unread and not remarks(slot, facet) and other is not None:
            silent.append((path, other))
    assert silent == [], silent


@pytest.mark.parametrize(
    "file",
    sorted(EXAMPLES.glob("*Facet/*.json")) if EXAMPLES.is_dir() else [],
    ids=lambda file: f"{file.parent.name}-{file.stem}",
)
def test_examples_of_the_specification__are_accepted(file: Path) -> None:
    ((key, facet),) = json.loads(file.read_text(encoding="utf-8")).items()
    meant = [slot for slot in SLOTS if slot.key == key and _fits(slot, file, facet)]
    assert meant
    for slot in meant:
        assert remarks(slot, facet) == []


def _fits(slot: Slot, file: Path, facet: Any) -> bool:
    """Whether the slot is the one that the example is for; what the example's own version allowed counts."""
    name = file.parent.name
    named = {
        "Run": Entity.RUN,
        "Job": Entity.JOB,
        "InputDataset": Entity.INPUT,
        "OutputDataset": Entity.OUTPUT,
    }
    for part, entity in named.items():
        if name.endswith(f"{part}Facet"):
            return slot.entity is entity
    if name in ("LineageFacet", "BaseSubsetDatasetFacet"):
        return slot.document.allows(slot.schema, facet)
    return slot.entity in (Entity.DATASET, Entity.INPUT)
