"""Policies of tests, made by hypothesis: checks whose names are of the ontology, and whole policies around them."""

from collections.abc import Sequence

from hypothesis import strategies as st

from catalog.governance.check_reading import MAX_DEPTH
from catalog.governance.names import labels_of, reached
from catalog.governance.parameters import read_parameters
from catalog.governance.policy import (
    Check,
    Hop,
    LineageCheck,
    Policy,
    QueryCheck,
    Requirement,
    Scope,
    ScopeKind,
    Severity,
    ShapeCheck,
    ValueType,
    When,
)
from catalog.governance.rules import RULES, Form, ParameterKind
from catalog.governance.waiver import Waiver
from catalog.graph import Scalar
from ontology.compiler import load_model
from ontology.model import Datatype, PropertyType

MODEL = load_model()
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=20
).filter(lambda text: text.strip() == text)
_PATTERNS = st.sampled_from(["^[a-z_]+$", "gold|silver", r"\d+", "a.b", '"quoted"', "\\\\"])
_LABELS = ("DataProduct", "OutputPort", "Dataset", "Field", "DataContract", "Port", "Job", "Domain")


def _hops(labels: Sequence[str]) -> list[Hop]:
    """The relationships that nodes of any of the labels have, either way."""
    found = []
    for kind in MODEL.relationships:
        for inverse, ends in ((False, kind.sources), (True, kind.targets)):
            if not set(MODEL.concrete(ends)).isdisjoint(labels):
                found.append(Hop(kind.type, inverse))
    return found


def _properties(labels: Sequence[str]) -> list[PropertyType]:
    found = {one.name: one for label in labels for one in MODEL.node(label).properties if _can_be_asked(one)}
    # One name can be of different types in different labels: reading takes that of the last label.
    return [found[name] for name in sorted(found)]


def _can_be_asked(property_: PropertyType) -> bool:
    return not property_.internal and property_.datatype is not Datatype.KEY


def _values(property_: PropertyType) -> st.SearchStrategy[Scalar]:
    if property_.closed_list:
        return st.sampled_from(property_.closed_list)
    match property_.datatype:
        case Datatype.INTEGER:
            return st.integers(-5, 5)
        case Datatype.BOOLEAN:
            return st.booleans()
        case _:
            return WORDS


@st.composite
def _of_property(draw: st.DrawFn, labels: Sequence[str]) -> Requirement:
    property_ = draw(st.sampled_from(_properties(labels)))
    minimum = draw(st.none() | st.integers(0, 2 if property_.many else 1))
    maximum = draw(st.none() | st.integers(minimum or 0, 3))
    pattern = draw(st.none() | _PATTERNS)
    one_of = tuple(dict.fromkeys(draw(st.lists(_values(property_), max_size=3))))
    type_ = draw(st.none() | st.sampled_from(ValueType))
    if all(one is None for one in (minimum, maximum, pattern, type_)) and not one_of:
        minimum = 1
    return Requirement(property_.name, (), minimum, maximum, pattern, one_of, type_)


@st.composite
def _of_path(draw: st.DrawFn, labels: Sequence[str], depth: int) -> Requirement:
    hops: list[Hop] = []
    for _ in range(draw(st.integers(1, 2))):
        hops.append(draw(st.sampled_from(_hops(labels))))
        labels = reached(MODEL, labels, hops[-1])
    label = draw(st.none() | st.sampled_from(sorted(labels)))
    ends = labels if label is None else labels_of(MODEL, label)
    deeper = st.just(()) if depth >= MAX_DEPTH - 1 else st.just(()) | requirements(ends, depth + 1)
    then, such = draw(deeper), draw(deeper)
    minimum = draw(st.none() | st.integers(0, 2))
    maximum = draw(st.none() | st.integers(minimum or 0, 3))
    if (such and minimum is None and maximum is None) or not (then or label or minimum is not None):
        minimum = 1 if maximum is None else 0
    return Requirement(None, tuple(hops), minimum, maximum, label=label, then=then, such=such)


def requirements(labels: Sequence[str], depth: int = 1) -> st.SearchStrategy[tuple[Requirement, ...]]:
    """Requirements on nodes of the labels."""
    one = _of_property(labels) | _of_path(labels, depth)
    return st.lists(one, min_size=1, max_size=2).map(tuple)


@st.composite
def shapes(draw: st.DrawFn) -> ShapeCheck:
    """Checks of kind shape."""
    of = draw(st.sampled_from(_LABELS))
    labels = labels_of(MODEL, of)
    when = draw(st.lists(st.sampled_from(_properties(labels)), max_size=2, unique_by=lambda one: one.name))
    values = [tuple(draw(st.lists(_values(one), min_size=1, max_size=2, unique=True))) for one in when]
    found = [When(one.name, of_it) for one, of_it in zip(when, values, strict=True)]
    said = tuple(sorted(found, key=lambda one: one.property))
    return ShapeCheck(of, draw(requirements(labels)), said, draw(st.just("") | WORDS))


def _told(kind: ParameterKind) -> st.SearchStrategy[object]:
    if kind.choices:
        return st.sampled_from(kind.choices)
    forms: dict[Form, st.SearchStrategy[object]] = {
        Form.TEXT: WORDS,
        Form.NUMBER: st.integers(1, 9),
        Form.FLAG: st.booleans(),
        Form.DURATION: st.sampled_from(["P1D", "PT36H", "P2W"]),
        Form.IDS: st.lists(IDS, min_size=1, max_size=3),
    }
    return forms[kind.form]


@st.composite
def lineage_checks(draw: st.DrawFn) -> LineageCheck:
    """Checks of kind lineage."""
    kind = draw(st.sampled_from([RULES[rule] for rule in sorted(RULES)]))
    of = draw(st.sampled_from(kind.labels))
    fitting = [one for one in kind.parameters if not one.labels or of in one.labels]
    needed = [one.name for one in fitting if one.needed]
    some = draw(st.sets(st.sampled_from(sorted(one.name for one in fitting) or [""])))
    names = {*needed, *kind.one_of[:1], *some} - {""}
    told = {name: draw(_told(kind.by_name[name])) for name in sorted(names)}
    parameters, faults = read_parameters(kind, told, of)
    assert not faults
    return LineageCheck(kind.rule, str(of), parameters)


QUERIES = st.builds(
    QueryCheck,
    st.sampled_from(_LABELS),
    st.sampled_from(
        ["SELECT ?this WHERE { ?this a mesh:Dataset }", 'SELECT ?this { ?this ?p "a\\nb" }\n# "quoted"']
    ),
    st.integers(1, 60),
)
CHECKS: st.SearchStrategy[Check] = shapes() | QUERIES | lineage_checks()
SCOPES = st.builds(Scope) | st.builds(
    Scope, st.sampled_from([ScopeKind.DOMAIN, ScopeKind.PRODUCT, ScopeKind.TAG]), IDS
)
INSTANTS = st.integers(0, 4_000_000_000).map(lambda seconds: seconds * 10**9)


@st.composite
def policies(draw: st.DrawFn, ids: st.SearchStrategy[str] = IDS) -> Policy:
    """Policies, each by itself."""
    begins = draw(st.none() | INSTANTS)
    return Policy(
        draw(ids),
        draw(WORDS),
        f"{draw(st.sampled_from(['team', 'person']))}/{draw(IDS)}",
        draw(CHECKS),
        draw(SCOPES),
        draw(st.sampled_from(Severity)),
        draw(st.just("") | WORDS),
        draw(st.just("") | WORDS),
        begins,
        0 if begins is None else draw(st.integers(0, 10**7)),
        draw(st.none() | IDS),
        draw(st.booleans()),
    )


WAIVERS = st.builds(
    Waiver,
    IDS,
    IDS,
    st.sampled_from(
        ["product/a", "dataset/db/t", "output-port/a/b", "field/db/t/c", "job/air/load", "contract/c"]
    ),
    WORDS,
    st.sampled_from(["person/eve", "team/data"]),
    INSTANTS,
)
