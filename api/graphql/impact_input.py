"""What is proposed, as it is asked over GraphQL: in short forms, as typed changes, or as documents."""

from collections.abc import Iterator

import strawberry

from api.graphql import impact_words as words
from api.graphql.asking import Asking
from api.graphql.errors import bad_input
from catalog.impact.change import Change, ChangeKind
from catalog.impact.facets import ItemFilter
from catalog.impact.severity import Severity
from ingest.proposals.documents import Given, GivenDocument

MAX_CHANGES = 500
MAX_DOCUMENTS = 20


@strawberry.input(description="A field that gets another name.")
class Rename:
    field: str = strawberry.field(description="The path of the field as it is.")
    to: str = strawberry.field(description="Its path after the change.")


@strawberry.input(description="A field that gets another type.")
class Retype:
    field: str = strawberry.field(description="The path of the field.")
    type: str = strawberry.field(description="Its type after the change.")


@strawberry.input(description="A field that is added.")
class AddedField:
    field: str = strawberry.field(description="The path of the new field.")
    type: str | None = strawberry.field(default=None, description="Its type.")


@strawberry.input(description="One change of any kind.")
class TypedChange:
    kind: ChangeKind = strawberry.field(description=words.of("ImpactChange", "kind"))
    subject: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id or key of the dataset, port, contract or product; left out: that of the proposal.",
    )
    path: str | None = strawberry.field(default=None, description=words.of("ImpactChange", "path"))
    before: str | None = strawberry.field(default=None, description=words.of("ImpactChange", "before"))
    after: str | None = strawberry.field(default=None, description=words.of("ImpactChange", "after"))
    note: str | None = strawberry.field(default=None, description=words.of("ImpactChange", "note"))


@strawberry.input(
    description="A document that says what will be: DDL, ODCS, ODPS, a dbt manifest, a JSON Schema, an event."
)
class ProposedDocument:
    text: str = strawberry.field(description="The document.")
    name: str = strawberry.field(default="", description="What it is called, mostly a path.")
    base: bool = strawberry.field(default=False, description="Whether it says what was before.")


@strawberry.input(description="What is proposed, as the mesh will be after all of it.")
class ProposedChange:
    dataset: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id or key of the dataset that is changed, under any of its names, or its name. Documents and "
        "typed changes may name others.",
    )
    drop: list[str] | None = strawberry.field(default=None, description="Paths of fields that go away.")
    rename: list[Rename] | None = strawberry.field(default=None, description="Fields that get another name.")
    retype: list[Retype] | None = strawberry.field(default=None, description="Fields that get another type.")
    add: list[AddedField] | None = strawberry.field(default=None, description="Fields that are new.")
    required: list[str] | None = strawberry.field(
        default=None, description="Paths of fields that are never null any more."
    )
    nullable: list[str] | None = strawberry.field(
        default=None, description="Paths of fields that may be null from now on."
    )
    values: list[str] | None = strawberry.field(
        default=None, description="Paths of fields that get other values."
    )
    drop_dataset: bool = strawberry.field(default=False, description="Whether the whole dataset goes away.")
    move: str | None = strawberry.field(default=None, description="The new address of the dataset.")
    changes: list[TypedChange] | None = strawberry.field(
        default=None, description="Changes of any kind, of several datasets, ports, contracts and products."
    )
    documents: list[ProposedDocument] | None = strawberry.field(
        default=None, description="Documents that say what will be, against the graph or against a base."
    )
    dialect: str | None = strawberry.field(
        default=None, description="The dialect of SQL, as sqlglot names it."
    )


@strawberry.input(
    description="Which items to list: those that have one of the values of each. Counts are of all items."
)
class ImpactFilter:
    severity: list[Severity] | None = strawberry.field(default=None, description="Of these severities.")
    kind: list[str] | None = strawberry.field(default=None, description="Of these kinds of nodes.")
    owner: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of these owners (ids or keys)."
    )
    product: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of these products (ids or keys)."
    )
    domain: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of these domains (ids or keys)."
    )


def given_of(asking: Asking, proposed: ProposedChange) -> Given:
    """What is proposed, in the words of ``ingest.proposals``. Raises GraphQLError where there is too much of it."""
    changes = (*_short(proposed), *(_typed(asking, one) for one in proposed.changes or ()))
    documents = tuple(
        GivenDocument(one.name or f"documents[{number}]", one.text, one.base)
        for number, one in enumerate(proposed.documents or ())
    )
    if len(changes) > MAX_CHANGES:
        raise bad_input(f"{len(changes)} changes are too many; at most {MAX_CHANGES} are read at once.")
    if len(documents) > MAX_DOCUMENTS:
        raise bad_input(f"{len(documents)} documents are too many; at most {MAX_DOCUMENTS} are read at once.")
    dataset = None if proposed.dataset is None else asking.key(proposed.dataset)
    return Given(changes, documents, dataset, proposed.dialect)


def _short(proposed: ProposedChange) -> Iterator[Change]:
    """The short forms as changes of the one dataset, which an empty subject means."""
    for path in proposed.drop or ():
        yield Change("", ChangeKind.FIELD_REMOVED, path)
    for renamed in proposed.rename or ():
        yield Change("", ChangeKind.FIELD_RENAMED, renamed.field, renamed.field, renamed.to)
    for retyped in proposed.retype or ():
        yield Change("", ChangeKind.TYPE_INCOMPATIBLE, retyped.field, after=retyped.type)
    for added in proposed.add or ():
        yield Change("", ChangeKind.FIELD_ADDED, added.field, after=added.type)
    for kind, paths in (
        (ChangeKind.FIELD_REQUIRED, proposed.required),
        (ChangeKind.FIELD_NULLABLE, proposed.nullable),
        (ChangeKind.VALUES_CHANGED, proposed.values),
    ):
        for path in paths or ():
            yield Change("", kind, path)
    if proposed.drop_dataset:
        yield Change("", ChangeKind.DATASET_REMOVED)
    if proposed.move is not None:
        yield Change("", ChangeKind.DATASET_MOVED, after=proposed.move)


def _typed(asking: Asking, one: TypedChange) -> Change:
    subject = "" if one.subject is None else asking.key(one.subject)
    return Change(subject, one.kind, one.path, one.before, one.after, note=one.note)


def filter_of(asking: Asking, where: ImpactFilter | None) -> ItemFilter:
    """The filter of the catalog."""
    if where is None:
        return ItemFilter()
    return ItemFilter(
        severity=None if where.severity is None else frozenset(where.severity),
        kind=None if where.kind is None else frozenset(where.kind),
        owner=_keys(asking, where.owner),
        product=_keys(asking, where.product),
        domain=_keys(asking, where.domain),
    )


def _keys(asking: Asking, ids: list[strawberry.ID] | None) -> frozenset[str] | None:
    return None if ids is None else frozenset(asking.key(id_) for id_ in ids)
