"""What facets say of a dataset beside its lineage: where it lies, and how it is kept."""

from collections.abc import Mapping

import strawberry

from api.graphql import words
from catalog import state
from catalog.state import Fact


def _word(name: str) -> str:
    return words.word("Dataset", name)


@strawberry.type(description="A level of the place of a dataset in its platform.")
class HierarchyLevel:
    type: str = strawberry.field(description="What the level is: DATABASE, SCHEMA, TABLE and others.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="The source that holds a dataset.")
class DataSource:
    name: str | None = strawberry.field(description=_word("dataSource"))
    uri: str | None = strawberry.field(description=_word("dataSourceUri"))


@strawberry.type(description="How the files of a dataset are kept.")
class Storage:
    layer: str | None = strawberry.field(description=_word("storageLayer"))
    file_format: str | None = strawberry.field(description=_word("fileFormat"))


@strawberry.type(description="The catalog that lists a dataset.")
class Catalog:
    name: str | None = strawberry.field(description=_word("catalog"))
    type: str | None = strawberry.field(description=_word("catalogType"))
    framework: str | None = strawberry.field(description=_word("catalogFramework"))
    source: str | None = strawberry.field(description=_word("catalogSource"))
    metadata_uri: str | None = strawberry.field(description=_word("metadataUri"))
    warehouse_uri: str | None = strawberry.field(description=_word("warehouseUri"))


Facts = Mapping[str, Fact]


def hierarchy(facts: Facts) -> list[HierarchyLevel]:
    """The levels, the highest first."""
    return [HierarchyLevel(type=level.type, name=level.name) for level in state.hierarchy(facts)]


def data_source(facts: Facts) -> DataSource | None:
    """None where nothing is said of it."""
    name, uri = state.scalar(facts, "dataSource"), state.scalar(facts, "dataSourceUri")
    return None if name is None and uri is None else DataSource(name=name, uri=uri)


def storage(facts: Facts) -> Storage | None:
    """None where nothing is said of it."""
    layer, file_format = state.scalar(facts, "storageLayer"), state.scalar(facts, "fileFormat")
    return None if layer is None and file_format is None else Storage(layer=layer, file_format=file_format)


def catalog(facts: Facts) -> Catalog | None:
    """None where nothing is said of it."""
    found = Catalog(
        name=state.scalar(facts, "catalog"),
        type=state.scalar(facts, "catalogType"),
        framework=state.scalar(facts, "catalogFramework"),
        source=state.scalar(facts, "catalogSource"),
        metadata_uri=state.scalar(facts, "metadataUri"),
        warehouse_uri=state.scalar(facts, "warehouseUri"),
    )
    return found if any(value is not None for value in vars(found).values()) else None
