"""The rule ``reach`` of classes: where classified data comes to; also against brute force."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.governance.policy import Parameter, Policy, Rule
from catalog.governance.verdict import Status, Verdict
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.classified_worlds import classified, put, values_of
from tests.governance.curated import curate
from tests.governance.fixpoint import Classified, Rules, believed, fixpoint, passing
from tests.governance.test_propagation import BLIND, CHAIN, column, email_of
from tests.governance.test_propagation_oracle import SHARED_STORE
from tests.governance.words import judged, rule, statuses
from tests.lineage.oracle import Oracle, Thing
from tests.lineage.worlds import INSTANTS
from tests.mesh.words import (
    Part,
    agreement,
    dataset,
    edge,
    job,
    mesh,
    node,
    output,
    product,
    reads,
    seen,
    writes,
)

PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
PRODUCTS: Part = [
    *product("raw", exposes=["raw"]),
    *output("raw", "table", ["raw"]),
    *product("clean", exposes=["clean"]),
    *product("page", exposes=["page"]),
    *output("page", "site", ["page"]),
]
PII: list[Part] = [*CHAIN, PRODUCTS, email_of(column("raw.email"))]


def email(of: str = "DataProduct", **parameters: Parameter) -> Policy:
    return rule(Rule.REACH, of, **({"classifications": ("email",)} | parameters))


def failing(opened: Store, policy: Policy) -> set[str]:
    found = statuses(judged(opened, policy))
    assert set(found.values()) <= {PASS, FAIL}
    return {key for key, one in found.items() if one is FAIL}


def verdict(opened: Store, policy: Policy, of: str) -> Verdict:
    return next(one for one in judged(opened, policy).verdicts if one.target == of)


def test_reach__of_a_class_finds_what_its_values_come_to_at_every_level() -> None:
    opened = mesh(*PII)
    assert failing(opened, email()) == {"product/clean", "product/page"}
    assert failing(opened, email("OutputPort")) == {"output-port/page/site"}
    assert failing(opened, email("Dataset")) == {dataset("clean"), dataset("page")}
    assert failing(opened, email("Field")) == {column("clean.email"), column("page.mail")}
    assert failing(opened, email("Job")) == {job("clean"), job("show")}
    assert failing(opened, email(hops=1)) == {"product/clean"}
    assert failing(opened, email("Job", hops=1)) == {job("clean")}


def test_reach__of_a_class_is_explained_by_what_says_it_and_the_way() -> None:
    one = verdict(mesh(*PII), email("OutputPort"), "output-port/page/site")
    assert one.message == (
        "Data of postgres://db:5432/shop.public.raw, of the class email, comes to page/site."
    )
    assert [(step.edge.type, step.edge.source, step.told_by) for step in one.explanation if step.edge] == [
        ("CLASSIFIED_AS", column("raw.email"), "document/mesh.yaml"),
        ("FEEDS", column("raw.email"), job("clean")),
        ("FEEDS", column("clean.email"), job("show")),
    ]
    last = verdict(mesh(*PII), email("Job"), job("show")).explanation[-1]
    assert last.edge is not None
    assert (last.edge.type, last.edge.source) == ("CONSUMED_BY", dataset("clean"))


def test_reach__of_a_class_counts_what_is_masked_or_only_influences_where_that_is_asked_for() -> None:
    masked, influences = column("page.code"), edge(
        "INFLUENCES", column("raw.email"), column("clean.rank"), origin="OBSERVED", via=job("clean")
    )  # fmt: skip
    opened = mesh(*PII, seen("clean", "email", "rank"), [influences])
    plain = {column("clean.email"), column("page.mail")}
    assert failing(opened, email("Field")) == plain
    assert failing(opened, email("Field", masked=True)) == plain | {masked}
    assert failing(opened, email("Field", indirect=True)) == plain | {column("clean.rank")}


def test_reach__of_a_class_ends_where_a_person_says_what_a_field_is() -> None:
    opened = mesh(*PII)
    curate(opened, column("clean.email"), [])
    assert failing(opened, email()) == set()


def test_reach__of_a_class_means_those_below_it_and_of_personal_data_all() -> None:
    above: Part = [node("classification/personal", "Classification", level=2)]
    above.append(edge("BROADER", "personal-data/email", "classification/personal"))
    opened = mesh(*PII, above)
    found = {"product/clean", "product/page"}
    assert failing(opened, email(classifications=("personal",))) == found
    assert failing(opened, rule(Rule.REACH, "DataProduct", personalData=True)) == found


def test_reach__of_a_class_is_allowed_by_an_agreement_on_what_it_comes_from() -> None:
    granted = agreement("a", "output-port/raw/table", "product/page")
    opened = mesh(*PII, granted)
    assert failing(opened, email()) == {"product/clean"}
    assert failing(opened, email("Field")) == {column("clean.email")}
    assert failing(opened, email("Job")) == {job("clean")}
    assert failing(opened, email(unlessAgreed=False)) == {"product/clean", "product/page"}


def test_reach__of_a_class_and_a_tag_finds_what_either_finds() -> None:
    tagged: Part = [node("tag/raw", "Tag"), edge("TAGGED", dataset("clean"), "tag/raw")]
    opened = mesh(*PII, tagged)
    both = rule(Rule.REACH, "DataProduct", classifications=("email",), tags=("raw",), hops=1)
    assert failing(opened, both) == {"product/clean", "product/page"}


def test_reach__of_a_class_is_not_known_only_where_it_may_come_unseen() -> None:
    spied: Part = [*reads("spy", "clean"), *writes("spy", "copy"), *seen("copy", "x")]
    opened = mesh(*PII, *BLIND, spied, product("copy", exposes=["copy"]), product("dark", exposes=["dark"]))
    assert statuses(judged(opened, email())) == {
        "product/raw": PASS,
        "product/clean": FAIL,
        "product/page": FAIL,
        "product/copy": NOT_EVALUATED,
        "product/dark": PASS,
    }
    reason = verdict(opened, email(), "product/copy").message
    assert reason.startswith("Not all that comes to copy is known: ")
    assert "airflow/spy" in reason


def test_reach__of_a_class_of_a_dataset_whose_fields_nobody_knows_is_not_known() -> None:
    bare: Part = [*writes("load", "raw"), *reads("copy", "raw"), *writes("copy", "far"), *PRODUCTS[:2]]
    opened = mesh(bare, email_of(dataset("raw")), product("far", exposes=["far"]), product("apart"))
    found = statuses(judged(opened, email()))
    assert found == {"product/raw": PASS, "product/far": NOT_EVALUATED, "product/apart": PASS}


@pytest.mark.parametrize(
    "policy", [email(classifications=("nothing",)), rule(Rule.REACH, "Field", personalData=True)]
)
def test_reach__of_classes_that_there_are_not_is_not_evaluated(policy: Policy) -> None:
    found = judged(mesh(*CHAIN, PRODUCTS), policy)
    assert set(statuses(found).values()) == {NOT_EVALUATED}
    [told] = found.unevaluated
    assert "classification 'nothing'" in told.reason or "category of personal data" in told.reason


def test_reach__of_a_class_is_not_known_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.governance.checks.classified.MAX_FIELDS", 1)
    assert set(statuses(judged(mesh(*PII), email("Field"))).values()) == {NOT_EVALUATED}


# Against brute force


def expected(case: Classified, at: int | None, *, masked: bool, indirect: bool, hops: int) -> set[str]:
    """The fields to which a class comes that is said of a field of another dataset, within the hops."""
    oracle = Oracle(case.world, at)
    ruled = set() if at is not None else {oracle.thing(key) for key in case.ruled}
    held: dict[Thing, dict[Any, int]] = defaultdict(dict)
    homes = {oracle.thing(key): oracle.home(key) for key in case.world.fields}
    for thing, values in fixpoint(case, at, Rules()).hops.items():
        for value, distance in values.items():
            if distance == 0:
                held[thing][homes[thing], value] = 0
    changed = True
    while changed:
        changed = False
        for source, target, told in believed(oracle):
            how = passing(told, Rules(masking=not masked), ruled=False)
            if (
                source == target
                or target in ruled
                or not (how == "CARRIED" or (indirect and how == "INFORMED"))
            ):
                continue
            for token, distance in list(held[source].items()):
                if held[target].get(token, 10**9) > distance + 1:
                    held[target][token] = distance + 1
                    changed = True
    return {
        key
        for key in case.world.fields
        if any(
            home != oracle.home(key) and distance <= hops
            for (home, _), distance in held[oracle.thing(key)].items()
        )
    }


def compare(
    opened: Store, case: Classified, at: int | None, *, masked: bool, indirect: bool, hops: int
) -> None:
    put(opened, case)
    ids = tuple(sorted(value.partition("/")[2] for value in values_of(case)))
    told: dict[str, Parameter] = {"classifications": ids, "hops": hops, "unlessAgreed": False}
    found = statuses(
        judged(opened, rule(Rule.REACH, "Field", masked=masked, indirect=indirect, **told), at=at)
    )
    mine = {key for key in case.world.fields if key in found}
    fails = expected(case, at, masked=masked, indirect=indirect, hops=hops) & mine
    assert {key for key in mine if found[key] is FAIL} == fails
    datasets = statuses(
        judged(opened, rule(Rule.REACH, "Dataset", masked=masked, indirect=indirect, **told), at=at)
    )
    oracle = Oracle(case.world, at)
    hit = {oracle.home(key) for key in expected(case, at, masked=masked, indirect=indirect, hops=hops)}
    theirs = {key for key, label in case.world.labels.items() if label == "Dataset" and key in datasets}
    assert {key for key in theirs if datasets[key] is FAIL} == {k for k in theirs if oracle.thing(k) in hit}


HOW = {
    "case": classified(),
    "at": st.none() | INSTANTS,
    "masked": st.booleans(),
    "indirect": st.booleans(),
    "hops": st.sampled_from([1, 2, 9]),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(**HOW)
def test_reach__of_classes_finds_what_brute_force_finds(
    case: Classified, at: int | None, masked: bool, indirect: bool, hops: int
) -> None:
    compare(MemoryStore(), case, at, masked=masked, indirect=indirect, hops=hops)


@settings(max_examples=6, deadline=None, suppress_health_check=SHARED_STORE)
@given(**HOW)
def test_reach__of_classes_finds_what_brute_force_finds_on_every_store(
    store: Store, case: Classified, at: int | None, masked: bool, indirect: bool, hops: int
) -> None:
    compare(store, case, at, masked=masked, indirect=indirect, hops=hops)
