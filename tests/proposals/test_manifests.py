"""dbt manifests as a proposal, on a recorded build of a project of our own."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from catalog.identity import DatasetId
from catalog.impact.change import Proposal
from catalog.store.memory import MemoryStore
from ingest.derivation.settle import settle
from ingest.errors import EmptyChange, ImproperProposal, WrongDocument
from tests.convergence.observed import send
from tests.producers.emporium import recorded_events, recorded_manifest
from tests.proposals.words import brief, describe, propose

NS = "duckdb:///warehouse/prod/emporium.duckdb"
MANIFEST: dict[str, Any] = json.loads(recorded_manifest())
Edit = Callable[[dict[str, Any]], None]


def dataset(name: str) -> str:
    return DatasetId(NS, name).key


def edited(edit: Edit) -> dict[str, Any]:
    """The manifest, with its nodes made others."""
    found = deepcopy(MANIFEST)
    edit(found["nodes"])
    return found


def model(nodes: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = nodes[f"model.emporium.{name}"]
    return found


@pytest.fixture(scope="module")
def built() -> MemoryStore:
    """What the events of the build tell, and no manifest."""
    store = MemoryStore()
    send(store, [recorded_events("prod")])
    settle(store)
    return store


@pytest.fixture(scope="module")
def described(built: MemoryStore) -> MemoryStore:
    """The same, with the manifest imported."""
    store = MemoryStore()
    send(store, [recorded_events("prod")])
    describe(store, json.dumps(MANIFEST), "manifest.json")
    settle(store)
    return store


@pytest.fixture(params=["base", "graph"])
def ask(
    request: pytest.FixtureRequest, built: MemoryStore, described: MemoryStore
) -> Callable[..., Proposal]:
    """A head against the base manifest, or against the graph that the manifest was imported into."""
    if request.param == "base":
        return lambda edit, **options: propose(built, edited(edit), base=[MANIFEST], **options)
    return lambda edit, **options: propose(described, edited(edit), **options)


def test_manifest__that_is_the_same_is_an_empty_change(ask: Callable[..., Proposal]) -> None:
    with pytest.raises(EmptyChange):
        ask(lambda nodes: None)


def test_manifest__with_other_sql_changes_the_query_of_its_table(ask: Callable[..., Proposal]) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        model(nodes, "revenue")["compiled_code"] += " limit 1"

    found = ask(edit)
    assert [(one.subject, one.kind) for one in found.changes] == [
        (dataset("emporium.finance.revenue"), "QUERY_CHANGED")
    ]
    assert (found.changes[0].after or "").endswith("limit 1")
    told = "new-0: Whether the files of 2 seeds are others cannot be told without --base."
    assert set(found.unread) <= {told}


def test_manifest__with_other_columns_under_a_contract_changes_them(ask: Callable[..., Proposal]) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        columns = model(nodes, "customers")["columns"]
        name, column = next(iter(columns.items()))
        del columns[name]
        columns["loyalty"] = {**column, "name": "loyalty", "data_type": "boolean", "constraints": []}

    found = ask(edit)
    kinds = {(str(one.kind), one.path) for one in found.changes}
    assert {("FIELD_REMOVED", "customer_id"), ("FIELD_ADDED", "loyalty")} <= kinds
    assert {one.subject for one in found.changes} == {dataset("emporium.sales.customer")}


def test_manifest__without_a_model_removes_its_table(ask: Callable[..., Proposal]) -> None:
    found = ask(lambda nodes: nodes.pop("model.emporium.revenue"))
    assert [(one.subject, one.kind) for one in found.changes] == [
        (dataset("emporium.finance.revenue"), "DATASET_REMOVED")
    ]


def test_manifest__with_another_alias_moves_the_table(ask: Callable[..., Proposal]) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        model(nodes, "revenue")["alias"] = "income"

    found = ask(edit)
    assert brief(found) == [
        ("DATASET_MOVED", None, f"{NS}/emporium.finance.revenue", dataset("emporium.finance.income"))
    ]


def test_manifest__with_a_model_renamed_moves_its_table() -> None:
    store = MemoryStore()
    send(store, [recorded_events("prod")])
    settle(store)

    def edit(nodes: dict[str, Any]) -> None:
        moved = nodes.pop("model.emporium.revenue")
        nodes["model.emporium.income"] = {
            **moved,
            "unique_id": "model.emporium.income",
            "name": "income",
            "alias": "income",
        }

    found = propose(store, edited(edit), base=[MANIFEST])
    assert [(one.kind, one.after, one.confidence) for one in found.changes] == [
        ("DATASET_MOVED", dataset("emporium.finance.income"), 0.9)
    ]


def in_schema(nodes: dict[str, Any]) -> None:
    """As a pull request builds it, in schemas of its own."""
    for node in nodes.values():
        old = node.get("relation_name")
        node["schema"] = f"pr_7_{node['schema']}"
        if old is not None:
            database, schema, name = old.split(".")
            node["relation_name"] = ".".join((database, f'"pr_7_{schema.strip(chr(34))}"', name))
    renamed = {
        node["relation_name"].replace("pr_7_", ""): node["relation_name"]
        for node in nodes.values()
        if node.get("relation_name")
    }
    for node in nodes.values():
        for old, new in renamed.items():
            node["compiled_code"] = (node.get("compiled_code") or "").replace(old, new) or None


def test_manifest__of_another_target_is_no_move_where_that_is_said(ask: Callable[..., Proposal]) -> None:
    with pytest.raises(EmptyChange):
        ask(in_schema, other_target=True)
    found = ask(in_schema)
    assert {str(one.kind) for one in found.changes} >= {"DATASET_MOVED"}
    assert any("--other-target" in one for one in found.unread)


def test_manifest__of_a_model_that_is_not_compiled_says_so(built: MemoryStore) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        model(nodes, "revenue").update(compiled_code=None, raw_code="select 1 as {{ x }}")

    found = propose(built, edited(edit), base=[MANIFEST])
    assert [(one.kind, one.after) for one in found.changes] == [("QUERY_CHANGED", None)]
    assert found.unread == ("new-0: model.emporium.revenue is changed, and not compiled.",)


def test_manifest__that_is_only_parsed_cannot_be_held_against_the_graph(described: MemoryStore) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        for node in nodes.values():
            node["compiled_code"] = None

    with pytest.raises(ImproperProposal, match="models are not compiled"):
        propose(described, edited(edit))


def test_manifest__of_another_project_is_no_base(built: MemoryStore) -> None:
    other = deepcopy(MANIFEST)
    other["metadata"]["project_name"] = "elsewhere"
    with pytest.raises(WrongDocument, match="no base is"):
        propose(built, MANIFEST, base=[other])


def test_manifest__with_another_seed_changes_its_rows_and_perhaps_its_columns(built: MemoryStore) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        nodes["seed.emporium.raw_customers"]["checksum"]["checksum"] = "0"

    found = propose(built, edited(edit), base=[MANIFEST])
    assert [(one.subject, one.kind) for one in found.changes] == [
        (dataset("emporium.raw.raw_customers"), "ROWS_CHANGED")
    ]
    assert found.unread == (
        "new-0: Whether the seed seed.emporium.raw_customers has other columns is not known.",
    )


def test_manifest__with_another_snapshot_changes_its_query(ask: Callable[..., Proposal]) -> None:
    def edit(nodes: dict[str, Any]) -> None:
        [snapshot] = [one for one in nodes.values() if one["resource_type"] == "snapshot"]
        snapshot["compiled_code"] += " where true"

    assert [one.kind for one in ask(edit).changes] == ["QUERY_CHANGED"]
