"""Data contracts with their versions, schemas, objectives and rules in our own descriptors."""

from collections import Counter
from dataclasses import dataclass, field

from ingest.descriptors.meshline_mesh import Mesh
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

_SURE = {"rule": "declared", "confidence": "1.0"}


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of a contract: its names in keys, its node. ``rules``: how many rules each of its things has."""

    names: tuple[str, str]
    node: str
    mesh: Mesh
    rules: Counter[tuple[str, ...]] = field(default_factory=Counter)


def read_contract(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.DATA_CONTRACT)
    said.say(node, status="status", tags="tags", support="support", homepage="homepage")
    mesh.link(said, "domain", node, Rel.IN_DOMAIN, Label.DOMAIN)
    mesh.owned(said, node)
    mesh.roles(said, node)
    seen: set[str] = set()
    for version in said.each("versions"):
        number = str(version.raw("version"))
        if number in seen:
            mesh.draft.fault(version.at("version"), f"Version {number!r} is there already.")
        seen.add(number)
        _version(version, (str(said.raw("id")), number), said.text("name"), node, mesh)


def _version(said: Stated, names: tuple[str, str], title: str | None, contract: str, mesh: Mesh) -> None:
    draft = mesh.draft
    node = draft.thing(Label.CONTRACT_VERSION, *names, at=said.path)
    name = said.text("name") or f"{title or names[0]} {names[1]}"
    draft.say(node, said.at("version"), name=name, version=names[1])
    said.say(node, description="description", status="status", purpose="purpose", limitations="limitations")
    said.say(node, usage="usage", price="price", tags="tags", support="support")
    for key in ("endOfSupport", "endOfLife"):
        draft.say(node, said.at(key), **{key: said.text(key)})
    draft.link(Rel.VERSION_OF, node, contract, said.path)
    previous = said.text("previous")
    if previous is not None:
        before = draft.thing(Label.CONTRACT_VERSION, names[0], previous, at=said.at("previous"))
        draft.link(Rel.PREVIOUS_VERSION, node, before, said.at("previous"))
    version = _Version(names, node, mesh)
    for one in said.each("schema"):
        _schema(one, version)
    for one in said.each("objectives"):
        _objective(one, version)
    _rules(said, node, version)


def _schema(said: Stated, version: _Version) -> None:
    mesh, draft = version.mesh, version.mesh.draft
    name = str(said.raw("name"))
    node = draft.thing(Label.SCHEMA, *version.names, name, at=said.path)
    draft.say(node, said.at("name"), name=name)
    said.say(node, title="title", description="description", physicalName="physicalName", objectType="type")
    said.say(node, tags="tags")
    draft.link(Rel.HAS_SCHEMA, version.node, node, said.path)
    mesh.classified(said, node)
    mesh.links(said, "terms", node, Rel.THEME, Label.GLOSSARY_TERM)
    dataset = said.one("dataset")
    if dataset is not None:
        draft.link(Rel.BOUND_TO, node, mesh.dataset(dataset), dataset.path, **_SURE)
    _fields(said, node, name, "", version)
    _rules(said, node, version, name)


def _fields(said: Stated, schema: str, table: str, within: str, version: _Version) -> None:
    """The fields of a schema, or those within a field, in their order."""
    for place, one in enumerate(said.each("fields"), start=1):
        _field(one, schema, table, f"{within}{one.raw('name')}", place, version)


def _field(said: Stated, schema: str, table: str, path: str, place: int, version: _Version) -> None:
    mesh, draft = version.mesh, version.mesh.draft
    node = draft.thing(Label.SCHEMA_PROPERTY, *version.names, table, path, at=said.path)
    draft.say(node, said.at("name"), name=path)
    said.say(node, title="title", description="description", type="type", physicalType="physicalType")
    said.say(node, physicalName="physicalName", format="format", required="required", unique="unique")
    said.say(node, primaryKey="primaryKey", criticalDataElement="criticalDataElement", tags="tags")
    draft.link(Rel.HAS_PROPERTY, schema, node, said.path, ordinal=place)
    mesh.classified(said, node)
    mesh.links(said, "terms", node, Rel.MEANS, Label.GLOSSARY_TERM)
    _rules(said, node, version, table, path)
    _fields(said, schema, table, f"{path}.", version)


def _objective(said: Stated, version: _Version) -> None:
    draft = version.mesh.draft
    metric, element = str(said.raw("metric")), said.text("element")
    names = (metric,) if element is None else (metric, element)
    node = draft.thing(Label.SERVICE_LEVEL_OBJECTIVE, *version.names, *names, at=said.path)
    draft.say(node, said.at("metric"), name=said.text("name") or metric)
    draft.say(node, said.at("threshold"), threshold=said.text("threshold"))
    said.say(node, description="description", operator="operator", unit="unit", element="element")
    said.say(node, schedule="schedule", driver="driver")
    draft.link(Rel.HAS_SLO, version.node, node, said.path)
    draft.link(
        Rel.ON_METRIC, node, draft.thing(Label.METRIC, metric, at=said.at("metric")), said.at("metric")
    )


def _rules(said: Stated, subject: str, version: _Version, *within: str) -> None:
    """The rules of quality of a version, a schema or a field."""
    draft = version.mesh.draft
    for rule in said.each("rules"):
        names = (*version.names, *within, str(rule.raw("name")))
        version.rules[names] += 1
        if version.rules[names] > 1:
            draft.fault(rule.at("name"), f"A rule {names[-1]!r} is there already.")
        node = draft.thing(Label.QUALITY_RULE, *names, at=rule.path)
        draft.say(node, rule.at("name"), name=names[-1])
        draft.say(node, rule.at("threshold"), threshold=rule.text("threshold"))
        rule.say(node, description="description", ruleType="type", metricName="metric", unit="unit")
        rule.say(node, dimension="dimension", operator="operator", ruleSeverity="severity", query="query")
        rule.say(node, schedule="schedule")
        draft.link(Rel.HAS_QUALITY_RULE, subject, node, rule.path)
