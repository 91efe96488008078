"""What facets say of a dataset beside its lineage: where it lies, and how it is kept."""

import strawberry

from api.graphql import words
from api.graphql.details import Facts, of_facts
from catalog import state


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


def hierarchy(facts: Facts) -> list[HierarchyLevel]:
    """The levels, the highest first."""
    return [HierarchyLevel(type=level.type, name=level.name) for level in state.hierarchy(facts)]


def data_source(facts: Facts) -> DataSource | None:
    """None where nothing is said of it."""
    return of_facts(DataSource, facts, {"name": "dataSource", "uri": "dataSourceUri"})


def storage(facts: Facts) -> Storage | None:
    """None where nothing is said of it."""
    return of_facts(Storage, facts, {"layer": "storageLayer", "file_format": "fileFormat"})


def catalog(facts: Facts) -> Catalog | None:
    """None where nothing is said of it."""
    return of_facts(
        Catalog,
        facts,
        {
            "name": "catalog",
            "type": "catalogType",
            "framework": "catalogFramework",
            "source": "catalogSource",
            "metadata_uri": "metadataUri",
            "warehouse_uri": "warehouseUri",
        },
    )
