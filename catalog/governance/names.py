"""The names in checks, against the ontology: labels, properties of labels, relationships that lead somewhere."""

from collections.abc import Iterable
from difflib import get_close_matches

from catalog.governance.policy import Hop
from ontology.model import GraphModel, PropertyType

_LISTED = 12


class UnknownName(ValueError):
    """A name that the ontology does not have, or not there. The message says so and names what is near."""


def labels_of(model: GraphModel, label: str) -> tuple[str, ...]:
    """The labels of nodes that are meant by a label: itself and those below it. Raises UnknownName."""
    if label not in model.labels:
        raise UnknownName(f"The ontology has no label {label!r}.{near(label, model.labels)}")
    return model.concrete([label])


def property_of(model: GraphModel, labels: Iterable[str], name: str) -> PropertyType:
    """The property of a name that nodes of at least one of the labels have. Raises UnknownName."""
    known: dict[str, PropertyType] = {}
    for label in labels:
        known.update({one.name: one for one in model.node(label).properties if not one.internal})
    if name not in known:
        raise UnknownName(f"{_any_of(labels)} has no property {name!r}.{near(name, known)}")
    return known[name]


def reached(model: GraphModel, labels: Iterable[str], hop: Hop) -> tuple[str, ...]:
    """The labels of the nodes that one relationship leads to from nodes of the labels. Raises UnknownName."""
    here = set(labels)
    if hop.relationship not in model.relationship_types:
        types = model.relationship_types
        said = f"The ontology has no relationship {hop.relationship!r}."
        raise UnknownName(f"{said}{near(hop.relationship, types)}")
    kind = model.relationship(hop.relationship)
    begin, end = (kind.targets, kind.sources) if hop.inverse else (kind.sources, kind.targets)
    if here.isdisjoint(model.concrete(begin)):
        turned = model.concrete(end)
        other = "" if hop.inverse else "^"
        hint = f" Did you mean {other}{hop.relationship}?" if not here.isdisjoint(turned) else ""
        verb = "leads to" if hop.inverse else "leaves"
        raise UnknownName(f"No {hop.relationship} {verb} {_any_of(here)}.{hint}")
    return model.concrete(end)


def near(name: str, known: Iterable[str]) -> str:
    """`` Did you mean …?`` with names that are spelt nearly so; of a few, which there are; else nothing."""
    words = {str(word).casefold().replace("_", ""): str(word) for word in sorted(known)}
    found = get_close_matches(name.casefold().replace("_", ""), words, n=2, cutoff=0.7)
    if found:
        return f" Did you mean {' or '.join(words[one] for one in found)}?"
    return f" There are: {', '.join(sorted(words.values()))}." if 0 < len(words) <= _LISTED else ""


def _any_of(labels: Iterable[str]) -> str:
    found = sorted(labels)
    return found[0] if len(found) == 1 else f"None of {', '.join(found[:3])}{' …' if len(found) > 3 else ''}"
