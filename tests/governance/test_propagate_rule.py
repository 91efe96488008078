"""The rule ``propagate``: classified lower than what it comes from."""

import pytest

from catalog.governance.policy import Rule
from catalog.governance.verdict import Status
from catalog.store.port import Store
from tests.governance.curated import curate
from tests.governance.test_propagation import BLIND, CHAIN, column, email_of
from tests.governance.words import judged, rule, statuses
from tests.mesh.words import Part, contract, dataset, edge, mesh, node, schema_of

PASS, FAIL, NOT_EVALUATED = Status.PASS, Status.FAIL, Status.NOT_EVALUATED
FIELDS = rule(Rule.PROPAGATE, "Field")
CATEGORIES = rule(Rule.PROPAGATE, "Field", what="personalData")
DATASETS = rule(Rule.PROPAGATE, "Dataset")


def of_level(thing: str, level: int | None) -> Part:
    key = f"classification/level-{level}"
    said = {} if level is None else {"level": level}
    return [node(key, "Classification", **said), edge("CLASSIFIED_AS", thing, key)]


def test_propagate__fails_where_a_class_comes_and_is_not_said_and_shows_the_way() -> None:
    found = judged(mesh(*CHAIN, email_of(column("raw.email"))), FIELDS)
    failing = [one for one in found.verdicts if one.status is FAIL]
    assert [one.target for one in failing] == [column("clean.email"), column("page.mail")]
    assert {one.status for one in found.verdicts} == {PASS, FAIL}
    steps = failing[1].explanation
    assert [step.edge.type for step in steps if step.edge] == ["CLASSIFIED_AS", "FEEDS", "FEEDS"]
    assert steps[0].told_by == "document/mesh.yaml"
    assert "in 2 steps, not masked on the way" in steps[-1].text


@pytest.mark.parametrize(("level", "status"), [(1, FAIL), (2, PASS), (3, PASS), (None, FAIL)])
def test_propagate__compares_levels(level: int | None, status: Status) -> None:
    parts = [*CHAIN, email_of(column("raw.email")), of_level(column("clean.email"), level)]
    assert statuses(judged(mesh(*parts), FIELDS))[column("clean.email")] is status


def test_propagate__of_personal_data_asks_for_the_category_itself() -> None:
    parts = [*CHAIN, email_of(column("raw.email")), of_level(column("clean.email"), 9)]
    assert statuses(judged(mesh(*parts), CATEGORIES))[column("clean.email")] is FAIL
    other = [*CHAIN, of_level(column("raw.email"), 9)]
    assert statuses(judged(mesh(*other), CATEGORIES))[column("clean.email")] is PASS


def test_propagate__fails_for_a_class_without_a_level_that_is_not_said() -> None:
    parts = [*CHAIN, of_level(column("raw.email"), None), of_level(column("clean.email"), 9)]
    assert statuses(judged(mesh(*parts), FIELDS))[column("clean.email")] is FAIL


def test_propagate__counts_what_is_masked_only_where_that_is_asked() -> None:
    store = mesh(*CHAIN, email_of(column("raw.email")))
    assert statuses(judged(store, FIELDS))[column("page.code")] is PASS
    assert statuses(judged(store, rule(Rule.PROPAGATE, "Field", masked=True)))[column("page.code")] is FAIL


def test_propagate__passes_where_a_person_decided() -> None:
    store: Store = mesh(*CHAIN, email_of(column("raw.email")))
    curate(store, column("clean.email"), [], why="only the domain is left")
    assert set(statuses(judged(store, FIELDS)).values()) == {PASS}


def test_propagate__of_a_dataset_fails_with_any_of_its_fields() -> None:
    found = statuses(judged(mesh(*CHAIN, email_of(column("raw.email"))), DATASETS))
    assert found == {dataset("raw"): PASS, dataset("clean"): FAIL, dataset("page"): FAIL}


def test_propagate__is_not_evaluated_where_lineage_tells_no_columns() -> None:
    found = statuses(judged(mesh(*CHAIN, *BLIND), FIELDS))
    assert found[column("raw.email")] is found[column("page.mail")] is NOT_EVALUATED
    assert found[column("page.code")] is PASS  # whatever it is, it comes masked


RETENTION = rule(Rule.PROPAGATE, "Dataset", what="retention")


def kept(name: str, threshold: str, unit: str = "d", metric: str = "retention") -> Part:
    """A contract of a dataset that states for how long it is kept."""
    slo, schema = f"slo/{name}/kept", schema_of(name, name)
    return [
        *contract(name, {name: {}}),
        edge("BOUND_TO", schema, dataset(name)),
        node(slo, "ServiceLevelObjective", name=metric, threshold=threshold, unit=unit),
        edge("HAS_SLO", f"contract-version/{name}/1.0.0", slo),
    ]


@pytest.mark.parametrize(
    ("own", "status"),
    [(("30", "d"), PASS), (("1", "mo"), PASS), (("31", "d"), FAIL), (("2", "y"), FAIL)],
)
def test_propagate__of_retention_fails_for_what_is_kept_longer(own: tuple[str, str], status: Status) -> None:
    found = judged(mesh(*CHAIN, kept("raw", "30"), kept("clean", *own)), RETENTION)
    assert statuses(found)[dataset("clean")] is status


def test_propagate__of_retention_takes_the_shortest_upstream_and_shows_the_way() -> None:
    store = mesh(*CHAIN, kept("raw", "30"), kept("clean", "20"), kept("page", "25"))
    one = next(one for one in judged(store, RETENTION).verdicts if one.target == dataset("page"))
    assert one.status is FAIL
    assert one.message.startswith("It is kept 25 d, and postgres://db:5432/shop.public.clean#email, which ")
    assert [step.edge.type for step in one.explanation if step.edge] == ["HAS_SLO", "HAS_SLO", "FEEDS"]


def test_propagate__of_retention_fails_where_none_is_stated_of_what_comes_from_limited_data() -> None:
    found = statuses(judged(mesh(*CHAIN, kept("raw", "30")), RETENTION))
    assert found == {dataset("raw"): PASS, dataset("clean"): FAIL, dataset("page"): FAIL}


def test_propagate__of_retention_ends_at_masking() -> None:
    store = mesh(*CHAIN, kept("raw", "30"))
    fields = statuses(judged(store, rule(Rule.PROPAGATE, "Field", what="retention")))
    assert (fields[column("page.mail")], fields[column("page.code")]) == (FAIL, PASS)
    masked = statuses(judged(store, rule(Rule.PROPAGATE, "Field", what="retention", masked=True)))
    assert masked[column("page.code")] is FAIL


def test_propagate__of_retention_that_nobody_understands_or_sees_is_not_evaluated() -> None:
    puzzling = [*CHAIN, kept("raw", "forever"), kept("clean", "3")]
    assert statuses(judged(mesh(*puzzling), RETENTION))[dataset("clean")] is NOT_EVALUATED
    blind = statuses(judged(mesh(*CHAIN, *BLIND, kept("clean", "3")), RETENTION))
    assert blind[dataset("clean")] is NOT_EVALUATED
    other = [*CHAIN, kept("raw", "30", metric="latency")]
    assert set(statuses(judged(mesh(*other), RETENTION)).values()) == {PASS}


def test_propagate__of_retention_is_not_changed_by_what_a_person_says_of_classes() -> None:
    store = mesh(*CHAIN, kept("raw", "30"))
    curate(store, column("clean.email"), [])
    assert statuses(judged(store, RETENTION))[dataset("page")] is FAIL
