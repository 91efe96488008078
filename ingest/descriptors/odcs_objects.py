"""Objects of a contract's schema with their properties, also those within others.

Paths are as OpenLineage flattens nested fields: names joined with dots. What is in a list is ``_element``, what is in a
map ``key`` and ``value``, as Spark names them: ``lines._element.price``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.canonical import encode
from ingest.descriptors.bitol import custom, read_links
from ingest.descriptors.locations import Kept, named
from ingest.descriptors.odcs_contract import Contract
from ingest.descriptors.odcs_quality import read_rules
from ingest.descriptors.odcs_servers import Known, datasets_of, tell_unnamed
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

ELEMENT = "_element"
_SERVERS_TELL = {
    "platform": ("type",),
    "database": ("database", "catalog", "project", "serviceName"),
    "databaseSchema": ("schema", "dataset"),
}
"""Properties of an object, by the keys of its servers, where all servers of the contract say them alike."""
_POSITIONS = ("primaryKeyPosition", "partitionKeyPosition")


def read_objects(said: Stated, contract: Contract, servers: list[Known]) -> None:
    """The objects of the schema: what they are, which datasets they are, what they depend on."""
    objects = list(said.each("schema"))
    named = _distinct(objects, contract)
    for one in named.values():
        node = _object(one, contract, servers, alone=len(objects) == 1)
        sources = _Sources(named, contract, node, one.text("name"))
        for place, (property_, path) in enumerate(_properties(one, ""), start=1):
            _property(property_, path, place, node, contract, sources)
        one.done()
    tell_unnamed(servers, contract.draft)


def _distinct(objects: list[Stated], contract: Contract) -> dict[str, Stated]:
    named: dict[str, Stated] = {}
    for one in objects:
        name = one.name("name")
        if name in named:
            contract.draft.fault(one.at("name"), f"There are two objects with the name {name!r}.")
        named.setdefault(name, one)
    return named


def _object(said: Stated, contract: Contract, servers: list[Known], *, alone: bool) -> str:
    draft, name = contract.draft, said.name("name")
    node = contract.thing(Label.SCHEMA, name, at=said.at("name"))
    draft.link(Rel.HAS_SCHEMA, contract.node, node, said.path)
    said.say(node, name="name", physicalName="physicalName", objectType="physicalType", title="businessName")
    said.say(node, description="description", tags="tags")
    for property_, keys in _SERVERS_TELL.items():
        told = {next(filter(None, (named(known.server, key) for key in keys)), None) for known in servers}
        if len(told) == 1:
            draft.say(node, said.at("name"), **{property_: told.pop()})
    _bind(said, node, contract, servers, Kept(name, said.text("physicalName") or name, alone))
    read_links(said, node, theme=Rel.THEME)
    read_rules(said, node, contract, name)
    said.taken("id", "logicalType")
    return node


def _bind(said: Stated, node: str, contract: Contract, servers: list[Known], kept: Kept) -> None:
    draft = contract.draft
    place = said.at("physicalName" if "physicalName" in said.value else "name")
    for found in datasets_of(said, servers, kept):
        dataset = draft.dataset(found.dataset.namespace, found.dataset.name, at=place)
        about = {"rule": found.rule, "confidence": "1.0", "server": found.server}
        draft.link(Rel.BOUND_TO, node, dataset, place, **about)


def _properties(said: Stated, prefix: str) -> Iterator[tuple[Stated, str]]:
    """All properties with their paths, outer before inner."""
    for inner in said.each("properties"):
        yield from _within(inner, f"{prefix}{inner.name('name')}")


def _within(said: Stated, path: str) -> Iterator[tuple[Stated, str]]:
    yield said, path
    yield from _properties(said, f"{path}.")
    if (items := said.one("items")) is not None:
        yield from _within(items, f"{path}.{ELEMENT}")
    if (map_ := said.one("map")) is not None:
        for part in ("key", "value"):
            if (inner := map_.one(part)) is not None:
                yield from _within(inner, f"{path}.{part}")


class _Sources:
    """Which other objects of the contract the properties of one are made from."""

    def __init__(self, named: Mapping[str, Stated], contract: Contract, node: str, name: str | None) -> None:
        self._named, self._contract, self._node, self._name = named, contract, node, name
        self._linked: set[str] = set()
        self.paths: set[str] = set()

    def read(self, said: Stated) -> None:
        """Link those that the contract has; of others it does not say where they are."""
        for source in said.words("transformSourceObjects"):
            if source == self._name or source in self._linked:
                continue
            if source in self._named:
                other = self._contract.thing(Label.SCHEMA, source, at=self._named[source].at("name"))
                place = said.at("transformSourceObjects")
                said.draft.link(Rel.DEPENDS_ON, self._node, other, place, dependencyType="transform")
                self._linked.add(source)
            else:
                said.draft.unmapped(said.at("transformSourceObjects"), "an object that the contract has not")


def _property(
    said: Stated, path: str, place: int, object_: str, contract: Contract, sources: _Sources
) -> None:
    draft, name = contract.draft, str(sources._name)
    if path in sources.paths:
        draft.fault(said.at("name"), f"There are two properties {path!r}.")
        return
    sources.paths.add(path)
    node = contract.thing(Label.SCHEMA_PROPERTY, name, path, at=said.path)
    draft.link(Rel.HAS_PROPERTY, object_, node, said.path, ordinal=place)
    draft.say(node, said.at("name") if "name" in said.value else said.path, name=path)
    said.say(node, type="logicalType", physicalType="physicalType", physicalName="physicalName")
    said.say(
        node, title="businessName", description="description", tags="tags", transformLogic="transformLogic"
    )
    said.say(node, required="required", unique="unique", primaryKey="primaryKey")
    said.say(node, criticalDataElement="criticalDataElement")
    draft.say(node, said.at("logicalTypeOptions"), **_options(said))
    if (word := said.text("classification")) is not None:
        class_ = draft.thing(Label.CLASSIFICATION, word, at=said.at("classification"))
        draft.link(Rel.CLASSIFIED_AS, node, class_, said.at("classification"))
    read_links(said, node, theme=Rel.MEANS, page=False)
    read_rules(said, node, contract, name, path)
    sources.read(said)
    custom(said)
    said.taken("id", "name", "properties", "items", "map")
    said.done()


def _options(said: Stated) -> dict[str, str | None]:
    """``format``; and under ``constraints``, as JSON, what else values have to be, keys, partitions, references."""
    options: dict[str, Any] = dict(said.raw("logicalTypeOptions") or {})
    form = options.pop("format", None)
    if said.raw("partitioned") is True:
        options["partitioned"] = True
    for key in _POSITIONS:
        value = said.raw(key)
        if isinstance(value, int) and value >= 0:
            options[key] = value
    if values := [one.raw("value") for one in said.each("enum")]:
        options["enum"] = values
    if references := [one.raw("to") for one in said.each("relationships")]:
        options["references"] = references
    return {"format": form, "constraints": encode(options) if options else None}
