"""Shapes: what SHACL asks of the nodes of the graph, as frozen values.

A *node shape* is for the nodes of its target classes and of the classes below them; its *property shapes* are for
the values that a path leads to. A constraint is one of the classes below; ``component`` names it as SHACL does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ontology.rdf import Value

SHACL = "http://www.w3.org/ns/shacl#"


class Severity(StrEnum):
    """How bad a finding is: a VIOLATION keeps a document out, the others are only told."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class NodeKind(StrEnum):
    """What a value is in RDF. The graph has no blank nodes, which the combined kinds would allow too."""

    IRI = "IRI"
    LITERAL = "Literal"
    BLANK_NODE = "BlankNode"
    BLANK_NODE_OR_IRI = "BlankNodeOrIRI"
    BLANK_NODE_OR_LITERAL = "BlankNodeOrLiteral"
    IRI_OR_LITERAL = "IRIOrLiteral"


class Comparison(StrEnum):
    """How a value is compared with a limit, by the name of the parameter in SHACL."""

    AT_LEAST = "minInclusive"
    MORE_THAN = "minExclusive"
    AT_MOST = "maxInclusive"
    LESS_THAN = "maxExclusive"


@dataclass(frozen=True, slots=True)
class MinCount:
    """At least so many different values."""

    count: int


@dataclass(frozen=True, slots=True)
class MaxCount:
    """At most so many different values."""

    count: int


@dataclass(frozen=True, slots=True)
class DatatypeIs:
    """Every value is a well-formed literal of the datatype (an IRI)."""

    iri: str


@dataclass(frozen=True, slots=True)
class ClassIs:
    """Every value is a node of the class (an IRI) or of one below it."""

    iri: str


@dataclass(frozen=True, slots=True)
class KindIs:
    """Every value is of the kind."""

    kind: NodeKind


@dataclass(frozen=True, slots=True)
class In:
    """Every value is one of these."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class HasValue:
    """One of the values is this one."""

    value: Value


@dataclass(frozen=True, slots=True)
class Pattern:
    """The text of every value has a part that matches the regular expression."""

    expression: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class MinLength:
    """The text of every value has at least so many characters."""

    length: int


@dataclass(frozen=True, slots=True)
class MaxLength:
    """The text of every value has at most so many characters."""

    length: int


@dataclass(frozen=True, slots=True)
class Limit:
    """Every value is comparable with the limit, and on its right side."""

    comparison: Comparison
    value: Value


@dataclass(frozen=True, slots=True)
class Closed:
    """The node has no values but those of the ``allowed`` predicates (IRIs): its property shapes', and the ignored."""

    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Or:
    """Every value conforms to one of the shapes at least."""

    shapes: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class And:
    """Every value conforms to all of the shapes."""

    shapes: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """No value conforms to the shape."""

    shape: "Shape"


OfOne: TypeAlias = (
    DatatypeIs | ClassIs | KindIs | In | Pattern | MinLength | MaxLength | Limit | Or | And | Not
)
"""Constraints that are asked of each value by itself."""

Constraint: TypeAlias = OfOne | MinCount | MaxCount | HasValue | Closed


@dataclass(frozen=True, slots=True)
class Path:
    """Where the values of a property shape are: the objects of a predicate, or its subjects if ``inverse``."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """What is asked of the values at a path. ``message``: the words of the shape itself, empty if it has none."""

    iri: str
    path: Path
    constraints: tuple[Constraint, ...]
    severity: Severity = Severity.VIOLATION
    message: str = ""


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What is asked of nodes. ``targets``: the classes (IRIs) whose nodes it is for; none if only others name it."""

    iri: str
    targets: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[PropertyShape, ...] = ()
    severity: Severity = Severity.VIOLATION
    message: str = ""


Shape: TypeAlias = NodeShape | PropertyShape

_NAMES: Mapping[type[Constraint], str] = {
    MinCount: "MinCount",
    MaxCount: "MaxCount",
    DatatypeIs: "Datatype",
    ClassIs: "Class",
    KindIs: "NodeKind",
    In: "In",
    HasValue: "HasValue",
    Pattern: "Pattern",
    MinLength: "MinLength",
    MaxLength: "MaxLength",
    Closed: "Closed",
    Or: "Or",
    And: "And",
    Not: "Not",
}


def component(constraint: Constraint) -> str:
    """The IRI by which a SHACL report names the kind of constraint."""
    if isinstance(constraint, Limit):
        name = constraint.comparison[0].upper() + constraint.comparison[1:]
    else:
        name = _NAMES[type(constraint)]
    return f"{SHACL}{name}ConstraintComponent"
