"""The manifest of a dbt project as values: what of it the mesh can use, whichever version wrote it.

Read by what is there, from v4 (dbt 1.0) on: groups, access, contracts, versions and deprecation came later, and what an
older manifest lacks is absent. Source: the JSON schema of the manifest (schemas.getdbt.com/dbt/manifest), v4 to v12.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.descriptors.draft import Draft
from ingest.descriptors.place import Path
from ingest.descriptors.typed import Typed

RELATIONS = frozenset({"model", "seed", "snapshot", "source"})
"""What a table or view can come from."""
EPHEMERAL = "ephemeral"
PUBLIC, PROTECTED = "public", "protected"
NO_PLACE = ("metrics", "semantic_models", "saved_queries", "unit_tests", "functions")
"""Sections whose contents are people's, and have no place in the graph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documented:
    """What people may say of anything that they write down in a project."""

    description: str | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """Who owns models: a team."""

    name: str
    package: str
    at: Path
    description: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a column, or the columns of a model together, must satisfy."""

    type: str
    at: Path
    columns: tuple[str, ...] = ()
    name: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Column(Documented):
    """A column as the project describes it: a manifest has those that somebody wrote down."""

    name: str
    at: Path
    ordinal: int
    data_type: str | None = None
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, slots=True)
class Node(Documented):
    """A model, seed, snapshot or source. ``identifier``: the name of its table; None where it has none.

    ``compiled``: its SQL as it runs, ``raw`` as it was written; ``relation``: its table as SQL names it; ``checksum``:
    of its file.
    """

    unique_id: str
    at: Path
    kind: str
    name: str
    package: str
    database: str | None = None
    schema: str | None = None
    identifier: str | None = None
    materialized: str | None = None
    group: str | None = None
    access: str = PROTECTED
    version: str | None = None
    latest_version: str | None = None
    deprecation_date: str | None = None
    contracted: bool = False
    depends_on: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    compiled: str | None = None
    raw: str | None = None
    relation: str | None = None
    checksum: str | None = None

    @property
    def title(self) -> str:
        """Its name, with the version where it has one: what tells it from the others of its project."""
        return self.name if self.version is None else f"{self.name}.v{self.version}"

    @property
    def unversioned(self) -> str:
        """Its unique_id without the version."""
        return self.unique_id if self.version is None else self.unique_id.removesuffix(f".v{self.version}")

    @property
    def promised(self) -> bool:
        """Whether there is a contract: its shape is enforced, or it comes in versions."""
        return self.contracted or self.version is not None


@dataclass(frozen=True, slots=True)
class Check:
    """A test of data. ``of``: the node it tests; ``query``: its SQL where it is a test of its own."""

    unique_id: str
    at: Path
    name: str
    of: str | None
    column: str | None = None
    description: str | None = None
    metric: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    severity: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Exposed(Documented):
    """A use of the data outside of dbt."""

    name: str
    package: str
    at: Path
    label: str | None = None
    type: str | None = None
    url: str | None = None
    maturity: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says. ``nodes`` by their unique_id, ``groups`` by package and name."""

    project: str
    adapter: str | None
    groups: Mapping[tuple[str, str], Group]
    nodes: Mapping[str, Node]
    checks: tuple[Check, ...]
    exposures: tuple[Exposed, ...]

    def group_of(self, node: Node) -> Group | None:
        """The group that a node is of: one of its own package."""
        return None if node.group is None else self.groups.get((node.package, node.group))


def read_manifest(value: dict[str, Any], draft: Draft) -> Manifest:
    """All that is there; what is malformed is told to the draft, and left out."""
    return _Reader(draft).manifest(value)


class _Reader:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._typed = Typed(draft)

    def manifest(self, value: dict[str, Any]) -> Manifest:
        metadata = self._typed.mapping(value, (), "metadata")
        at: Path = ("metadata",)
        listed = [
            (self._typed.text(owner, place, "resource_type") or "", owner, place)
            for section in ("nodes", "sources")
            for owner, place in self._typed.mappings(value, (), section)
        ]
        nodes = [self._node(kind, owner, place) for kind, owner, place in listed if kind in RELATIONS]
        project = self._typed.text(metadata, at, "project_name") or _project_of(listed)
        groups = [self._group(owner, place) for owner, place in self._typed.mappings(value, (), "groups")]
        exposures = [
            self._exposed(owner, place) for owner, place in self._typed.mappings(value, (), "exposures")
        ]
        return Manifest(
            project=project,
            adapter=self._typed.text(metadata, at, "adapter_type"),
            groups={(group.package, group.name): group for group in groups},
            nodes={node.unique_id: node for node in nodes},
            checks=tuple(self._check(owner, place) for kind, owner, place in listed if kind == "test"),
            exposures=tuple(exposures),
        )

    def _node(self, kind: str, owner: dict[str, Any], at: Path) -> Node:
        typed = self._typed
        config, config_at = typed.mapping(owner, at, "config"), (*at, "config")
        materialized = typed.text(config, config_at, "materialized")
        name = typed.text(owner, at, "name") or str(at[-1])
        identifier = typed.text(owner, at, "identifier" if kind == "source" else "alias") or name
        self._tell_the_rest(owner, at)
        contract = typed.mapping(owner, at, "contract") or typed.mapping(config, config_at, "contract")
        return Node(
            unique_id=typed.text(owner, at, "unique_id") or str(at[-1]),
            at=at,
            kind=kind,
            name=name,
            package=typed.text(owner, at, "package_name") or "",
            description=typed.text(owner, at, "description"),
            database=typed.text(owner, at, "database"),
            schema=typed.text(owner, at, "schema"),
            identifier=None if materialized == EPHEMERAL else identifier,
            materialized=materialized,
            tags=self._tags(owner, at),
            meta=self._meta(owner, at),
            group=typed.text(owner, at, "group") or typed.text(config, config_at, "group"),
            access=typed.text(owner, at, "access") or typed.text(config, config_at, "access") or PROTECTED,
            version=typed.text(owner, at, "version") if kind == "model" else None,
            latest_version=typed.text(owner, at, "latest_version"),
            deprecation_date=typed.text(owner, at, "deprecation_date"),
            contracted=contract.get("enforced") is True,
            depends_on=self._depends_on(owner, at),
            columns=tuple(self._columns(owner, at)),
            constraints=tuple(self._constraints(owner, at)),
            compiled=typed.text(owner, at, "compiled_code") or typed.text(owner, at, "compiled_sql"),
            raw=typed.text(owner, at, "raw_code") or typed.text(owner, at, "raw_sql"),
            relation=typed.text(owner, at, "relation_name"),
            checksum=typed.text(typed.mapping(owner, at, "checksum"), (*at, "checksum"), "checksum"),
        )

    def _tell_the_rest(self, owner: dict[str, Any], at: Path) -> None:
        """What people write of a model or source that has no place: who may read it, how fresh it is to be."""
        config = self._typed.mapping(owner, at, "config")
        if config.get("grants"):
            self._draft.unmapped((*at, "config", "grants"), like=(at[0], "*", "config", "grants"))
        freshness = self._typed.mapping(owner, at, "freshness")
        if any(isinstance(told, dict) and told.get("count") for told in freshness.values()):
            self._draft.unmapped((*at, "freshness"), like=(at[0], "*", "freshness"))

    def _columns(self, owner: dict[str, Any], at: Path) -> Iterator[Column]:
        typed = self._typed
        for ordinal, (column, place) in enumerate(typed.mappings(owner, at, "columns"), start=1):
            yield Column(
                name=typed.text(column, place, "name") or str(place[-1]),
                at=place,
                ordinal=ordinal,
                description=typed.text(column, place, "description"),
                data_type=typed.text(column, place, "data_type"),
                tags=self._tags(column, place),
                meta=self._meta(column, place),
                constraints=tuple(self._constraints(column, place)),
            )

    def _constraints(self, owner: dict[str, Any], at: Path) -> Iterator[Constraint]:
        typed = self._typed
        for constraint, place in typed.mappings(owner, at, "constraints"):
            yield Constraint(
                type=typed.text(constraint, place, "type") or "custom",
                at=place,
                columns=typed.words(constraint, place, "columns"),
                name=typed.text(constraint, place, "name"),
                expression=typed.text(constraint, place, "expression"),
            )

    def _check(self, owner: dict[str, Any], at: Path) -> Check:
        typed = self._typed
        config = typed.mapping(owner, at, "config")
        kind = typed.mapping(owner, at, "test_metadata")
        tested = self._depends_on(owner, at)
        attached = typed.text(owner, at, "attached_node")
        namespace, metric = (
            typed.text(kind, (*at, "test_metadata"), "namespace"),
            typed.text(kind, (*at, "test_metadata"), "name"),
        )
        arguments = typed.mapping(kind, (*at, "test_metadata"), "kwargs")
        return Check(
            unique_id=typed.text(owner, at, "unique_id") or str(at[-1]),
            at=at,
            name=typed.text(owner, at, "name") or str(at[-1]),
            of=attached or (tested[-1] if len(tested) == 1 or metric == "relationships" else None),
            column=typed.text(owner, at, "column_name") or typed.text(arguments, at, "column_name"),
            description=typed.text(owner, at, "description"),
            metric=metric if namespace is None or metric is None else f"{namespace}.{metric}",
            arguments={key: told for key, told in arguments.items() if key not in ("model", "column_name")},
            severity=typed.text(config, (*at, "config"), "severity"),
            query=typed.text(owner, at, "raw_code") or typed.text(owner, at, "raw_sql")
            if not metric
            else None,
        )

    def _group(self, owner: dict[str, Any], at: Path) -> Group:
        typed = self._typed
        person = typed.mapping(owner, at, "owner")
        return Group(
            name=typed.text(owner, at, "name") or str(at[-1]),
            package=typed.text(owner, at, "package_name") or "",
            at=at,
            description=typed.text(owner, at, "description"),
            owner_name=typed.text(person, (*at, "owner"), "name"),
            owner_email=_first(typed.words(person, (*at, "owner"), "email")),
            meta=self._meta(owner, at),
        )

    def _exposed(self, owner: dict[str, Any], at: Path) -> Exposed:
        typed = self._typed
        person = typed.mapping(owner, at, "owner")
        return Exposed(
            name=typed.text(owner, at, "name") or str(at[-1]),
            package=typed.text(owner, at, "package_name") or "",
            at=at,
            label=typed.text(owner, at, "label"),
            type=typed.text(owner, at, "type"),
            description=typed.text(owner, at, "description"),
            url=typed.text(owner, at, "url"),
            maturity=typed.text(owner, at, "maturity"),
            owner_name=typed.text(person, (*at, "owner"), "name"),
            owner_email=_first(typed.words(person, (*at, "owner"), "email")),
            tags=self._tags(owner, at),
            meta=self._meta(owner, at),
            depends_on=self._depends_on(owner, at),
        )

    def _depends_on(self, owner: dict[str, Any], at: Path) -> tuple[str, ...]:
        depends_on = self._typed.mapping(owner, at, "depends_on")
        return tuple(dict.fromkeys(self._typed.words(depends_on, (*at, "depends_on"), "nodes")))

    def _meta(self, owner: dict[str, Any], at: Path) -> dict[str, Any]:
        """``meta`` of the thing, and of its config, where newer versions have it."""
        config = self._typed.mapping(owner, at, "config")
        return {
            **self._typed.mapping(config, (*at, "config"), "meta"),
            **self._typed.mapping(owner, at, "meta"),
        }

    def _tags(self, owner: dict[str, Any], at: Path) -> tuple[str, ...]:
        config = self._typed.mapping(owner, at, "config")
        told = (*self._typed.words(owner, at, "tags"), *self._typed.words(config, (*at, "config"), "tags"))
        return tuple(dict.fromkeys(told))


def _project_of(listed: list[tuple[str, dict[str, Any], Path]]) -> str:
    """The project where the metadata do not name it (before dbt 1.6): the first part of the first model's fqn."""
    for kind, owner, _ in listed:
        fqn = owner.get("fqn")
        if kind == "model" and isinstance(fqn, list) and fqn:
            return str(fqn[0])
    return "dbt"


def _first(words: tuple[str, ...]) -> str | None:
    return words[0] if words else None
