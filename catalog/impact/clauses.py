"""Which promises of contracts the state after a change would violate."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from catalog.data_types.change import TypeChange, type_change
from catalog.data_types.families import differ
from catalog.impact.change import Change, ChangeKind
from catalog.impact.delta import Delta, FieldDelta, Mark
from catalog.impact.report import Clause
from catalog.impact.touched import Touched
from catalog.mesh.declared import Declared
from catalog.mesh.schema_fields import SchemaProperty
from ontology.vocabulary import Rel

NO_PROMISE = frozenset(("proposed", "draft", "retired"))
"""Versions of a contract with these statuses promise nothing yet, or no longer."""
OF_OBJECTIVES = frozenset((ChangeKind.SLO_RELAXED, ChangeKind.SLO_REMOVED))


def promising(declared: Declared, schema: str, own: Collection[str]) -> list[str]:
    """The contract versions in force that a schema is of, but for those of contracts (``own``) that the proposal is a
    new version of."""
    return [
        version for version in declared.sources(schema, Rel.HAS_SCHEMA) if in_force(declared, version, own)
    ]


def in_force(declared: Declared, version: str, own: Collection[str]) -> bool:
    """Whether a contract version holds, and is not the one that the proposal is to follow."""
    if declared.text(version, "status") in NO_PROMISE:
        return False
    return not {version, *declared.targets(version, Rel.VERSION_OF)} & {*own}


def violated(
    declared: Declared, schema: str, properties: Iterable[SchemaProperty], touched: Touched, name: str
) -> Iterator[tuple[str, str, str]]:
    """(path, part, message) of what a schema promises of a dataset and the new state does not keep."""
    title = declared.name(schema)
    delta, changes = touched.deltas.get(name, Delta()), touched.changes.get(name, ())
    if Mark.GONE in delta.whole:
        yield "", title, f"{title} is promised and goes away."
        return
    fields = _by_path(touched, name, delta)
    for one in properties:
        part = f"{title}.{one.path}"
        found = fields.get(one.path.casefold())
        broken = None if found is None else _broken(one, found)
        broken = broken or _broken_rule(one, changes)
        if broken is not None:
            yield one.path, part, f"{part} {broken}."


def _by_path(touched: Touched, name: str, delta: Delta) -> Mapping[str, FieldDelta]:
    return {touched.path(key).casefold(): one for key, one in delta.fields.items()}


def _broken(one: SchemaProperty, delta: FieldDelta) -> str | None:
    if Mark.REMOVED in delta.marks:
        after = f"becomes {delta.renamed}" if delta.renamed else "goes away"
        return f"is promised and {after}"
    if Mark.RETYPED in delta.marks and delta.type is not None and one.types:
        after = delta.type
        if all(differ(type_, after) or _loses(one, type_, after) for type_ in one.types):
            return f"is promised as {' / '.join(one.types)} and becomes {after}"
        physical = one.node.properties.get("physicalType")
        if isinstance(physical, str) and _loses(one, physical, after):
            return f"is promised as {physical} and becomes {after}"
    return None


def _loses(one: SchemaProperty, promised: str, after: str) -> bool:
    """Whether a physical type that is promised is another than the new one; a logical one may have many."""
    is_physical = one.node.properties.get("physicalType") == promised
    return is_physical and type_change(promised, after) in (TypeChange.NARROWED, TypeChange.INCOMPATIBLE)


def _broken_rule(one: SchemaProperty, changes: Iterable[Change]) -> str | None:
    said = one.node.properties
    for change in changes:
        mine = change.path is not None and change.path.casefold() == one.path.casefold()
        if mine and change.kind is ChangeKind.FIELD_NULLABLE and said.get("required") is True:
            return "is required and may be null"
        of_key = (
            change.kind is ChangeKind.KEY_CHANGED and (mine or change.path is None) and change.after != "yes"
        )
        if of_key and said.get("primaryKey") is True:
            return "is promised as a part of the primary key, which changes"
        if mine and of_key and said.get("unique") is True:
            return "is promised to be unique, which changes"
    return None


def objectives(version: str, changes: Iterable[Change]) -> Iterator[Clause]:
    """The service level objectives of a contract that some changes take away or relax."""
    for change in changes:
        if change.kind in OF_OBJECTIVES:
            named = change.path or change.note or change.before or "a service level objective"
            lost = "goes away" if change.kind is ChangeKind.SLO_REMOVED else "is promised less"
            told = f": {change.before} to {change.after}" if change.before and change.after else ""
            yield Clause(version, f"objective {named}", f"The objective {named} {lost}{told}.")
