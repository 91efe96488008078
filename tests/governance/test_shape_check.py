"""Shapes of policies: what they ask, how they explain it, and that pySHACL says the same of the same things."""

import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import SH, Graph, URIRef

from catalog.governance.policy import Requirement, ShapeCheck, ValueType, When
from catalog.governance.verdict import Status
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.store.port import Store
from ontology.rdf_writing import Form
from tests.governance.shacl import SHAPE, shapes_graph
from tests.governance.words import judged, only, path, policy, shape, statuses
from tests.mesh.words import Part, contract, edge, mesh, node, output, product

BASE = "http://catalog.example/id/"
PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED


def orders(**said: str) -> Part:
    return product("orders", domain="sales", owner="shop", **said)


def status(store: Store, *require: Requirement) -> Status:
    return statuses(judged(store, shape("DataProduct", *require)))["product/orders"]


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (Requirement(property="purpose", minimum=1), PASS),
        (Requirement(property="limitations", minimum=1), FAIL),
        (Requirement(property="purpose", maximum=0), FAIL),
        (Requirement(property="purpose", pattern="^Orders"), PASS),
        (Requirement(property="purpose", pattern="^orders"), FAIL),
        (Requirement(property="lifecycle", one_of=("active", "draft")), PASS),
        (Requirement(property="lifecycle", one_of=("draft",)), FAIL),
        (Requirement(property="purpose", type=ValueType.STRING), PASS),
        (Requirement(property="purpose", type=ValueType.INTEGER), FAIL),
        (Requirement(path=path("OWNED_BY"), minimum=1, maximum=1), PASS),
        (Requirement(path=path("OWNED_BY"), label="Agent"), PASS),
        (Requirement(path=path("OWNED_BY"), label="Person"), FAIL),
        (Requirement(path=path("IN_DOMAIN", "^IN_DOMAIN"), minimum=2), FAIL),
    ],
)
def test_requirement__is_met_or_not(requirement: Requirement, expected: Status) -> None:
    assert status(mesh(orders(purpose="Orders of shops.", lifecycle="active")), requirement) is expected


def test_when__asks_only_of_what_it_holds_for() -> None:
    check = ShapeCheck(
        "DataProduct", (Requirement(property="purpose", minimum=1),), (When("lifecycle", ("active",)),)
    )
    store = mesh(orders(lifecycle="active"), product("draft", lifecycle="draft"), product("bare"))
    assert statuses(judged(store, policy(check))) == {
        "product/bare": PASS,
        "product/draft": PASS,
        "product/orders": FAIL,
    }


GOVERNED: Part = [
    *orders(),
    *output("orders", "table", contract="orders"),
    *contract("orders", {}),
]


def test_explanation__leads_over_the_path_to_what_is_wrong() -> None:
    require = Requirement(
        path=path("HAS_OUTPUT_PORT"),
        minimum=1,
        then=(
            Requirement(
                path=path("GOVERNED_BY"), minimum=1, then=(Requirement(path=path("HAS_SLO"), minimum=1),)
            ),
        ),
    )
    one = only(judged(mesh(GOVERNED), shape("DataProduct", require)))
    assert one.message == "orders/1.0.0 has no HAS_SLO; 1 is needed."
    assert [(step.edge.type if step.edge else None, step.told_by) for step in one.explanation] == [
        ("HAS_OUTPUT_PORT", "document/mesh.yaml"),
        ("GOVERNED_BY", "document/mesh.yaml"),
        (None, None),
    ]
    promised: Part = [
        node("slo/orders/fresh", "ServiceLevelObjective"),
        edge("HAS_SLO", "contract-version/orders/1.0.0", "slo/orders/fresh"),
    ]
    assert only(judged(mesh(GOVERNED, promised), shape("DataProduct", require))).status is PASS


def test_such__counts_only_what_it_holds_for() -> None:
    stewards = Requirement(
        path=path("HAS_OUTPUT_PORT"),
        minimum=1,
        such=(Requirement(property="protocol", one_of=("sql",), minimum=1),),
    )
    assert status(mesh(orders(), output("orders", "table")), stewards) is FAIL
    assert status(mesh(orders(), output("orders", "table", protocol="sql")), stewards) is PASS


@pytest.mark.parametrize(
    "requirement",
    [
        Requirement(path=path("OWNED_BY"), pattern="x"),
        Requirement(property="purpose", path=path("OWNED_BY"), minimum=1),
        Requirement(minimum=1),
    ],
)
def test_requirement__that_means_nothing_is_not_evaluated(requirement: Requirement) -> None:
    assert status(mesh(orders()), requirement) is NOT_EVALUATED


def test_message__of_the_policy_goes_before_ours() -> None:
    check = ShapeCheck("DataProduct", (Requirement(property="purpose", minimum=1),), message="Say what for.")
    assert only(judged(mesh(orders()), policy(check))).message == "Say what for."


# pySHACL

PRODUCTS = ("product/a", "product/b")
PORTS = ("output-port/a/x", "output-port/b/x")
VERSIONS = ("contract-version/c/1.0.0", "contract-version/d/1.0.0")
TEAMS = ("team/s", "team/t")
WORDS = st.sampled_from(["", "active", "draft", "Orders", "12"])
EDGES: list[tuple[str, str, str]] = [
    *[("HAS_OUTPUT_PORT", one, port) for one in PRODUCTS for port in PORTS],
    *[("OWNED_BY", one, team) for one in (*PRODUCTS, *PORTS) for team in TEAMS],
    *[("GOVERNED_BY", port, version) for port in PORTS for version in VERSIONS],
]
LABELS = {
    **dict.fromkeys(PRODUCTS, "DataProduct"),
    **dict.fromkeys(PORTS, "OutputPort"),
    **dict.fromkeys(VERSIONS, "ContractVersion"),
    **dict.fromkeys(TEAMS, "Team"),
}
PATHS: dict[str, list[tuple[str, ...]]] = {
    "DataProduct": [("HAS_OUTPUT_PORT",), ("OWNED_BY",), ("HAS_OUTPUT_PORT", "GOVERNED_BY")],
    "OutputPort": [("GOVERNED_BY",), ("^HAS_OUTPUT_PORT", "OWNED_BY"), ("OWNED_BY",)],
    "ContractVersion": [("^GOVERNED_BY",), ("^GOVERNED_BY", "^HAS_OUTPUT_PORT")],
    "Team": [("^OWNED_BY",)],
}  # fmt: skip
ENDS = {"HAS_OUTPUT_PORT": "OutputPort", "GOVERNED_BY": "ContractVersion", "OWNED_BY": "Team"}
ENDS |= {"^HAS_OUTPUT_PORT": "DataProduct", "^GOVERNED_BY": "OutputPort"}
NAMES = {
    "DataProduct": ["name", "lifecycle", "purpose"],
    "OutputPort": ["name", "deprecated", "removal", "endpoint"],
}
COUNTS = st.sampled_from([None, None, 0, 1, 2])


@st.composite
def requirements(draw: st.DrawFn, label: str, depth: int) -> Requirement:
    minimum, maximum = draw(COUNTS), draw(COUNTS)
    if draw(st.booleans()):
        name = draw(st.sampled_from(NAMES.get(label, ["name", "description"])))
        return Requirement(
            property=name,
            minimum=minimum,
            maximum=maximum,
            pattern=draw(st.sampled_from([None, None, "^a", "[0-9]", "^$"])),
            one_of=draw(st.sampled_from([(), (), ("active", "Orders"), ("2026-01-01T00:00:00Z",)])),
            type=draw(st.none() | st.sampled_from(ValueType)),
        )
    hops = draw(st.sampled_from(PATHS[label]))
    end = ENDS.get(hops[-1])
    nested = st.just(()) if depth == 0 or end is None else st.tuples(requirements(end, depth - 1))
    return Requirement(
        path=path(*hops),
        minimum=minimum,
        maximum=maximum,
        label=draw(st.sampled_from([None, None, "Team", "OutputPort", "Port", "Person"])),
        then=draw(st.one_of(st.just(()), nested)),
        such=() if minimum is None and maximum is None else draw(st.one_of(st.just(()), nested)),
    )


@st.composite
def checks(draw: st.DrawFn) -> ShapeCheck:
    label = draw(st.sampled_from(["DataProduct", "OutputPort", "ContractVersion"]))
    when = (
        ()
        if label != "DataProduct"
        else draw(st.sampled_from([(), (When("lifecycle", ("active", "draft")),)]))
    )
    require = draw(st.lists(requirements(label, 2), min_size=1, max_size=2))
    return ShapeCheck(label, tuple(require), when)


@st.composite
def stores(draw: st.DrawFn) -> Store:
    parts: Part = []
    for key, label in LABELS.items():
        said = {"name": draw(WORDS)}
        if label == "DataProduct":
            said |= {name: word for name in ("lifecycle", "purpose") if (word := draw(WORDS))}
        if label == "OutputPort":
            said |= {"endpoint": "https://a.example/x"} if draw(st.booleans()) else {"endpoint": "no IRI"}
            said |= {"removal": draw(st.sampled_from(["2026-01-01T00:00:00Z", "soon"]))}
        parts.append(node(key, label, **said))
    for told in draw(st.lists(st.sampled_from(EDGES), max_size=12, unique=True)):
        parts.append(edge(*told, origin=draw(st.sampled_from(["DECLARED", "DECLARED", "CURATED"]))))
    return mesh(parts)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(store=stores(), check=checks())
def test_shapes__are_judged_as_pyshacl_judges_them(store: Store, check: ShapeCheck) -> None:
    ours = {key for key, one in statuses(judged(store, policy(check))).items() if one is FAIL}
    things = [key for key, label in LABELS.items() if label == check.of]
    assert ours == {key for key in things if not conforms(store, check, key)}


def conforms(store: Store, check: ShapeCheck, key: str) -> bool:
    with store.read() as reader:
        text = "".join(rdf(reader, Form.NQUADS, Profile.MESH, BASE))
    data = Graph().parse(data=text, format="nt")
    shapes = shapes_graph(check)
    shapes.add((SHAPE, SH.targetNode, URIRef(BASE + key)))
    return bool(pyshacl.validate(data, shacl_graph=shapes, inference="none")[0])
