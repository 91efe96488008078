"""The reference page of an ontology, as Markdown: every class, property, relationship, closed list and shape.

``python -m ontology.reference > docs/reference/ontology.md`` writes it; a test compares it.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from ontology.compiler import load_model
from ontology.literals import text_of
from ontology.model import Datatype, GraphModel, NodeType, PropertyType, RelationshipType
from ontology.prefixes import compact
from ontology.shapes import (
    And,
    ClassIs,
    Closed,
    Constraint,
    DatatypeIs,
    HasValue,
    In,
    KindIs,
    Limit,
    MaxCount,
    MaxLength,
    MinCount,
    MinLength,
    NodeShape,
    Not,
    Or,
    Pattern,
    PropertyShape,
    Severity,
    Shape,
)

_BEGIN = """# Reference of the ontology

Version {version}. Made from `ontology/mesh.ttl` and `ontology/shapes.ttl`; [how to read and extend
it](../ontology.md). `mesh:` stands for `https://w3id.org/meshline/ns#`, shapes are in `https://w3id.org/meshline/shapes#`.

- *Written as* names the terms of standards that stand beside ours on export, *close to* those that do not.
- *Asked* are the shapes: what is not marked as a warning or an information keeps a document out.
- Every node and every relationship has the properties of the labels above it too.
"""


def page(model: GraphModel) -> str:
    """The whole page."""
    parts = [_BEGIN.format(version=model.version), *_contents(model)]
    parts += ["## Classes", *(_class(model, node) for node in model.nodes)]
    parts += ["## Relationships", *_shared(model), *(_relationship(model, r) for r in model.relationships)]
    parts += ["## Closed lists", *_closed_lists(model)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _contents(model: GraphModel) -> Iterator[str]:
    classes = " · ".join(_link(node.label) for node in model.nodes)
    relationships = " · ".join(_link(relationship.type) for relationship in model.relationships)
    yield f"**Classes**: {classes}"
    yield f"**Relationships**: {relationships}"


# Classes


def _class(model: GraphModel, node: NodeType) -> str:
    parts = [f"### {node.label}", node.definition, _facts(_of_class(model, node))]
    own = [property_ for property_ in model.own_properties(node.label) if not property_.internal]
    shapes = [shape for shape in model.shapes if node.iri in shape.targets]
    if own:
        rows = [_property(property_, shapes) for property_ in own]
        parts.append(_table(("property", "values", "meaning", "asked"), rows))
    leaving = _ends(model, node, model.relationships)
    if leaving:
        rows = [(_link(r.type), _labels(r.targets), r.definition, _asked(r.iri, shapes)) for r in leaving]
        parts.append(_table(("relationship", "to", "meaning", "asked"), rows))
    others = [text for shape in shapes for text in _other_constraints(model, shape)]
    if others:
        parts.append("\n".join(f"- {text}" for text in others))
    return "\n\n".join(parts)


def _of_class(model: GraphModel, node: NodeType) -> Iterator[tuple[str, str]]:
    yield "term", f"`{compact(node.iri)}`"
    shapes = [shape.iri for shape in model.shapes if node.iri in shape.targets]
    yield (
        ("shape" if len(shapes) == 1 else "shapes"),
        ", ".join(f"`{iri.partition('#')[2] or iri}`" for iri in shapes),
    )
    yield "key", f"`{node.kind}/…`" if node.kind else "none: nodes carry it beside another label"
    if node.super_label:
        yield "below", _link(node.super_label)
    below = [other.label for other in model.nodes if other.super_label == node.label]
    if below and node.super_label:
        yield "above", _labels(below)
    if node.exported_types:
        yield "written as", _terms(node.exported_types)
    close = [iri for iri in node.aligned_to if iri not in node.exported_types]
    if close:
        yield "close to", _terms(close)


def _ends(
    model: GraphModel, node: NodeType, relationships: Iterable[RelationshipType]
) -> list[RelationshipType]:
    return [relationship for relationship in relationships if node.label in relationship.sources]


def _property(property_: PropertyType, shapes: Iterable[NodeShape]) -> tuple[str, str, str, str]:
    asked = _asked(property_.iri, shapes, single=not property_.many)
    return _name(property_), _values(property_), property_.definition, asked


def _name(property_: PropertyType) -> str:
    written = f"<br>{_terms(property_.exported_as)}" if property_.exported_as else ""
    return f"`{property_.name}`{written}"


def _values(property_: PropertyType) -> str:
    kind = {
        Datatype.IRI: "IRI",
        Datatype.KEY: "key of a node",
        Datatype.DATE_TIME: "date and time",
        Datatype.STRING: "text",
    }.get(property_.datatype, property_.datatype.value)
    listed = (
        f": {', '.join(f'`{value}`' for value in property_.closed_list)}" if property_.closed_list else ""
    )
    return f"{'many, ' if property_.many else ''}{kind}{listed}"


# Relationships


def _shared(model: GraphModel) -> Iterator[str]:
    """What every relationship has."""
    properties = _shared_properties(model)
    rows = [(_name(property_), _values(property_), property_.definition) for property_ in properties]
    yield "Every relationship is one stretch of validity, and has these properties:"
    yield _table(("property", "values", "meaning"), rows)


def _shared_properties(model: GraphModel) -> list[PropertyType]:
    first, *others = model.relationships
    return [
        property_
        for property_ in first.properties
        if not property_.internal and all(property_ in other.properties for other in others)
    ]


def _relationship(model: GraphModel, relationship: RelationshipType) -> str:
    parts = [f"### {relationship.type}", relationship.definition, _facts(_of_relationship(relationship))]
    shared = _shared_properties(model)
    own = [p for p in relationship.properties if not p.internal and p not in shared]
    if own:
        rows = [(_name(property_), _values(property_), property_.definition) for property_ in own]
        parts.append(_table(("property", "values", "meaning"), rows))
    return "\n\n".join(parts)


def _of_relationship(relationship: RelationshipType) -> Iterator[tuple[str, str]]:
    yield "term", f"`{compact(relationship.iri)}`"
    yield "from", _labels(relationship.sources)
    yield "to", _labels(relationship.targets)
    if relationship.exported_as:
        yield "written as", _terms(relationship.exported_as)
    if relationship.exported_inverse:
        yield "written in the other direction as", _terms([relationship.exported_inverse])
    close = [iri for iri in relationship.aligned_to if iri not in relationship.exported_as]
    if close:
        yield "close to", _terms(close)


# Closed lists


def _closed_lists(model: GraphModel) -> Iterator[str]:
    lists: dict[tuple[tuple[str, str], ...], set[str]] = {}
    bearers: list[NodeType | RelationshipType] = [*model.nodes, *model.relationships]
    for bearer in bearers:
        name = bearer.label if isinstance(bearer, NodeType) else bearer.type
        own = model.own_properties(name) if isinstance(bearer, NodeType) else bearer.properties
        for property_ in own:
            if property_.closed_list:
                values = tuple(zip(property_.closed_list, property_.meanings, strict=True))
                lists.setdefault(values, set()).add(f"`{property_.name}` of {_link(name)}")
    for users, values in sorted((_used(users), values) for values, users in lists.items()):
        yield users
        yield _table(("value", "meaning"), [(f"`{value}`", meaning) for value, meaning in values])


def _used(users: set[str]) -> str:
    return ", ".join(sorted(users)) if len(users) < 10 else "`origin` of every relationship"


# Shapes


def _asked(iri: str, shapes: Iterable[NodeShape], *, single: bool = False) -> str:
    """What the shapes ask of the values at a path, but what the columns beside say, as of one that is ``single``."""
    found = [
        part
        for shape in shapes
        for part in shape.properties
        if part.path.iri == iri and not part.path.inverse
    ]
    texts = [text for part in found if (text := _part(part, single))]
    return "<br>".join(texts)


def _part(part: PropertyShape, single: bool) -> str:
    own = [c for c in part.constraints if not _is_beside(c) and not (single and c == MaxCount(1))]
    words = [_words(constraint) for constraint in own]
    said = ", ".join(words)
    if said and part.severity is not Severity.VIOLATION:
        return f"{said} ({'warning' if part.severity is Severity.WARNING else 'information'})"
    return said


def _is_beside(constraint: Constraint) -> bool:
    """Whether another column says it: the datatype, the classes of the other end, one value."""
    of_classes = isinstance(constraint, Or) and all(
        isinstance(one, ClassIs) for shape in constraint.shapes for one in shape.constraints
    )
    return of_classes or isinstance(constraint, DatatypeIs | ClassIs | KindIs | In)


def _other_constraints(model: GraphModel, shape: NodeShape) -> Iterator[str]:
    """What a shape asks of the nodes by themselves, and of what leads to them."""
    for constraint in shape.constraints:
        if not isinstance(constraint, KindIs):
            severity = "" if shape.severity is Severity.VIOLATION else f" ({shape.severity.lower()})"
            yield f"{shape.message or _words(constraint)}{severity}"
    for part in shape.properties:
        if part.path.inverse:
            relationship = model.relationship_by_iri(part.path.iri)
            name = compact(part.path.iri) if relationship is None else _link(relationship.type)
            said = [_words(one) for one in part.constraints if not isinstance(one, ClassIs | KindIs)]
            if said:
                yield f"{', '.join(said)} of {name} that lead to it"


def _words(constraint: Constraint) -> str:
    match constraint:
        case MinCount(count):
            return "required" if count == 1 else f"at least {count}"
        case MaxCount(count):
            return f"at most {count}"
        case HasValue(value):
            return f"one is `{text_of(value)}`"
        case In(values):
            return f"one of {', '.join(f'`{text_of(value)}`' for value in values)}"
        case Pattern(expression):
            return f"matches `{expression}`".replace("|", "\\|")
        case MinLength(length):
            return "not empty" if length == 1 else f"at least {length} characters"
        case MaxLength(length):
            return f"at most {length} characters"
        case Limit(comparison, value):
            return f"{re.sub('(?<=[a-z])(?=[A-Z])', ' ', comparison).lower()} {text_of(value)}"
        case Closed():
            return "no other properties"
        case Or(shapes):
            return f"one of these: {', '.join(_shape(shape) for shape in shapes)}"
        case And(shapes):
            return f"all of these: {', '.join(_shape(shape) for shape in shapes)}"
        case Not(shape):
            return f"not {_shape(shape)}"
        case DatatypeIs(iri) | ClassIs(iri):
            return f"`{compact(iri)}`"
        case KindIs(kind):
            return f"`sh:{kind}`"


def _shape(shape: Shape) -> str:
    return f"`{re.split('[#/]', shape.iri)[-1]}`"


# Markdown


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _labels(labels: Iterable[str]) -> str:
    return ", ".join(map(_link, labels))


def _terms(iris: Iterable[str]) -> str:
    return ", ".join(f"`{compact(iri)}`" for iri in iris)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page(load_model()))
