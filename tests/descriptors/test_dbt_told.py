"""What a dbt manifest has that is old, new, wrong or without a place."""

import copy
import functools
import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.descriptors import dbt
from ingest.descriptors.document import interpret_descriptor
from ingest.documents.given import NOTHING_GIVEN
from ontology.shapes import Severity
from tests.descriptors.dbt_manifests import groups, manifest, model
from tests.descriptors.saying import drafted, edges, told, unmapped
from tests.producers.emporium import recorded_manifest


def test_old_manifest__is_read_by_what_it_has() -> None:
    orders = model("orders", fqn=["store", "orders"])
    check = {
        "resource_type": "test",
        "unique_id": "test.shop.refs",
        "name": "refs",
        "test_metadata": {"name": "relationships", "kwargs": {"to": "ref('customers')"}},
        "depends_on": {"nodes": ["model.shop.customers", "model.shop.orders"]},
    }
    old = manifest(orders, check, version="https://schemas.getdbt.com/dbt/manifest/v4.json")
    del old["metadata"]["project_name"], old["metadata"]["adapter_type"]
    found = drafted(old)

    assert not found.faults
    assert edges(found) == {
        ("HAS_QUALITY_RULE", "schema/dbt/model.shop.orders", "quality-rule/dbt/test.shop.refs")
    }


def test_newer_manifest__is_read_with_a_warning() -> None:
    found = drafted(manifest(version="https://schemas.getdbt.com/dbt/manifest/v13.json"))
    assert told(found, Severity.WARNING) == [
        (3, "metadata.dbt_schema_version", "Manifests are known up to v12: what is new is not read.")
    ]
    assert not found.kept_out


def test_malformed_manifest__is_told_all_that_is_wrong() -> None:
    node = model("a", columns=["x"], depends_on=3, tags=[1], description=True)
    found = drafted(manifest(node, groups={"group.shop.g": "sales"}, exposures=4))
    assert sorted((path, message) for _, path, message in told(found)) == [
        ("exposures", "This is to be a list or an object, and is a number."),
        ("groups.group.shop.g", 'This is to be an object, and is "sales".'),
        ("nodes.model.shop.a.columns[0]", 'This is to be an object, and is "x".'),
        ("nodes.model.shop.a.depends_on", "This is to be an object, and is a number."),
        ("nodes.model.shop.a.description", "This is to be text, and is true."),
        ("nodes.model.shop.a.tags[0]", "This is to be text, and is a number."),
    ]


def test_what_has_no_place__is_told_by_name() -> None:
    found = drafted(
        manifest(metrics={"metric.shop.revenue": {}}, semantic_models={"semantic_model.shop.x": {}})
    )
    assert unmapped(found) == {"metrics.metric.shop.revenue", "semantic_models.semantic_model.shop.x"}


def test_what_has_no_place__is_counted_together_whichever_model_has_it() -> None:
    columns = {name: {"name": name, "meta": {"colour": "blue"}} for name in "xy"}
    nodes = [model(name, meta={"tier": 1, "meshline": {"x": 1}}, columns=columns) for name in "ab"]
    read = interpret_descriptor(
        json.dumps(manifest(*nodes)).encode(), "m.json", NOTHING_GIVEN, received_ns=1, max_bytes=10**6
    )
    assert {(note.term, note.count) for note in read.notes} == {
        ("nodes.*.columns.*.meta.colour", 4),
        ("nodes.*.meta.tier", 2),
        ("nodes.*.meta.meshline.x", 2),
    }


def test_grants_and_freshness__are_told_as_without_a_place() -> None:
    never = {"warn_after": {"count": None, "period": None}, "filter": None}
    source = {
        "resource_type": "source",
        "unique_id": "source.shop.erp.a",
        "name": "a",
        "package_name": "shop",
    }
    daily = {"warn_after": {"count": 1, "period": "day"}}
    sources = {
        "source.shop.erp.a": {**source, "freshness": daily},
        "source.shop.erp.b": {**source, "unique_id": "source.shop.erp.b", "freshness": never},
    }
    found = drafted(manifest(model("a", config={"grants": {"select": ["reporter"]}}), sources=sources))
    assert unmapped(found) == {"nodes.model.shop.a.config.grants", "sources.source.shop.erp.a.freshness"}


def test_models_of_no_product__are_told_once() -> None:
    nodes = [model("a"), model("b"), model("c", group="sales"), model("d", package_name="installed")]
    found = drafted(manifest(*nodes, groups=groups(sales={})))
    assert [(path, message) for _, path, message in told(found, Severity.WARNING)] == [
        (
            "nodes.model.shop.a",
            "2 models are in no data product, first a: a group, or data_product in meta, would give one.",
        )
    ]
    assert not found.kept_out


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1.5, "", "x", [], [[]], {}, {"a": {}}, [None], ["model.shop.a"]]
)


@functools.cache
def small() -> dict[str, Any]:
    """A few things of each kind of the real manifest."""
    whole: dict[str, Any] = json.loads(recorded_manifest())
    few = (
        "model.emporium.orders.v2",
        "model.emporium.revenue",
        "source.emporium.erp.payments",
        "exposure.emporium.churn",
    )
    wanted = (*few, "group.emporium.sales", "test.emporium.unique_orders_v2_order_id.d9621aadd3")
    sections = {
        name: {key: value for key, value in whole[name].items() if key in wanted}
        for name in ("nodes", "sources", "groups", "exposures")
    }
    return {"metadata": whole["metadata"], **sections, "metrics": {"a": {}}}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_anywhere__is_a_fault_at_worst(data: st.DataObject) -> None:
    whole = copy.deepcopy(small())
    inside: Any = whole
    while True:
        steps = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        step = data.draw(st.sampled_from(steps))
        deeper = isinstance(inside[step], dict | list) and len(inside[step]) > 0
        if deeper and data.draw(st.booleans()):
            inside = inside[step]
            continue
        inside[step] = data.draw(JUNK)
        break
    assume(dbt.matches(whole))
    assert all(fault.message for fault in drafted(whole).faults)
