"""The demo's events: real results of real SQL, complete facets, the same every time."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from api.demo import DemoSummary, emit_demo
from api.demo.events import Event
from api.demo.shop import Outcome, Shop
from api.demo.summary import questions
from api.errors import ApiError
from tests.demo.conftest import NOW, TODAY, Json, emitted


def runs_of(events: list[Json], job: str, event_type: str) -> list[Json]:
    return [event for event in events if event.get("eventType") == event_type and event["job"]["name"] == job]


def output_of(event: Json) -> Json:
    found: Json = event["outputs"][0]
    return found


def schema_of(dataset: Json) -> dict[str, str]:
    return {field["name"]: field["type"] for field in dataset["facets"]["schema"]["fields"]}


def test_events__are_the_same_for_the_same_day(events: list[Json]) -> None:
    assert emitted(NOW + timedelta(hours=14)) == events


def test_events__of_another_day_are_other_runs(events: list[Json]) -> None:
    tomorrow = emitted(NOW + timedelta(days=3))
    ids = {event["run"]["runId"] for event in events if "run" in event}
    assert len(tomorrow) == len(events)
    assert not ids & {event["run"]["runId"] for event in tomorrow if "run" in event}


def test_events__lie_in_the_three_days_before_now_and_come_by_time(events: list[Json]) -> None:
    times = [datetime.fromisoformat(event["eventTime"]) for event in events]
    assert times == sorted(times)
    assert times[0] >= TODAY - timedelta(days=3)
    assert times[-1] < TODAY


def test_summary_and_progress__tell_what_was_emitted(events: list[Json]) -> None:
    sent: list[Event] = []
    said: list[str] = []
    summary = emit_demo(sent.append, now=NOW, progress=said.append)
    datasets = {
        (dataset["namespace"], dataset["name"])
        for event in events
        for dataset in (
            *event.get("inputs", ()),
            *event.get("outputs", ()),
            *filter(None, [event.get("dataset")]),
        )
    }
    assert summary == DemoSummary(
        events=len(sent),
        runs=len({event["run"]["runId"] for event in events if "run" in event}),
        jobs=len({(event["job"]["namespace"], event["job"]["name"]) for event in events if "job" in event}),
        datasets=len(datasets),
        failed_runs=1,
        questions=summary.questions,
    )
    assert (summary.events, summary.runs, summary.jobs, summary.datasets) == (112, 55, 19, 20)
    assert len(said) == 10
    assert said[0] == "day 1 of 3: orders ran 5 jobs"
    assert [text for text in said if "failed (Conversion Error" in text] == [said[5]]


def test_events__every_run_starts_and_ends_once(events: list[Json]) -> None:
    by_run: dict[str, list[str]] = {}
    for event in events:
        if "run" in event:
            by_run.setdefault(event["run"]["runId"], []).append(event["eventType"])
    assert {tuple(types) for types in by_run.values()} == {("START", "COMPLETE"), ("START", "FAIL")}


def test_events__every_task_run_has_the_run_of_its_pipeline_as_parent(events: list[Json]) -> None:
    pipelines = {event["run"]["runId"]: event["job"] for event in runs_of(events, "daily", "START")}
    assert len(pipelines) == 9
    tasks = [event for event in events if "run" in event and event["job"]["name"] != "daily"]
    for event in tasks:
        parent = event["run"]["facets"]["parent"]
        assert (
            pipelines[parent["run"]["runId"]]["namespace"]
            == event["job"]["namespace"]
            == parent["job"]["namespace"]
        )
        assert parent["root"]["run"] == parent["run"]


def test_failed_run__has_the_message_of_the_database_and_is_retried(events: list[Json]) -> None:
    [failure] = [event for event in events if event.get("eventType") == "FAIL"]
    assert (failure["job"]["namespace"], failure["job"]["name"]) == ("finance", "land_payments")
    assert failure["eventTime"].startswith("2026-03-02")
    message = failure["run"]["facets"]["errorMessage"]["message"]
    assert message.startswith("Conversion Error")
    assert 'Could not convert string "EUR 12,50" to \'DECIMAL' in message
    assert "${SHOP}/landing/payments.csv" in message
    completed = [event["eventTime"][:10] for event in runs_of(events, "land_payments", "COMPLETE")]
    assert completed == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_schema__of_raw_orders_changes_on_day_three(events: list[Json]) -> None:
    first, second, third = (
        schema_of(output_of(event)) for event in runs_of(events, "land_raw_orders", "COMPLETE")
    )
    assert first == second
    assert set(first) - set(third) == {"cust"}
    assert set(third) - set(first) == {"customer_id", "channel"}


def test_schema__is_that_of_the_table(events: list[Json], shop: Shop) -> None:
    for event in (event for event in events if event["eventTime"].startswith("2026-03-03")):
        if event.get("eventType") == "COMPLETE" and event["outputs"]:
            written = output_of(event)
            assert schema_of(written) == {
                column.name: column.type for column in shop.columns(written["name"])
            }


def test_row_counts__are_those_of_the_tables(events: list[Json], shop: Shop) -> None:
    counts = {
        output_of(event)["name"]: output_of(event)["outputFacets"]["outputStatistics"]["rowCount"]
        for event in events
        if event.get("eventType") == "COMPLETE" and event["outputs"]
    }
    assert counts == {name: shop.rows(name) for name in counts}
    assert counts["orders.raw_orders"] == 240
    assert min(counts.values()) > 0


def test_row_counts__grow_with_the_days(events: list[Json]) -> None:
    counts = [
        output_of(event)["outputFacets"]["outputStatistics"]["rowCount"]
        for event in runs_of(events, "build_orders", "COMPLETE")
    ]
    assert counts == [37, 73, 110]


def test_assertions__say_what_the_checks_found(events: list[Json]) -> None:
    *_, last = runs_of(events, "check_orders", "COMPLETE")
    found = last["inputs"][0]["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert [(check["assertion"], check["success"], check["severity"]) for check in found] == [
        ("order_id_unique", True, "error"),
        ("total_amount_positive", True, "error"),
        ("email_domain_known", False, "warn"),
    ]
    assert int(found[2]["actual"]) > 0


def test_script__sends_neither_sql_nor_column_lineage(events: list[Json]) -> None:
    for event in runs_of(events, "export_ledger", "COMPLETE"):
        assert "sql" not in event["job"]["facets"]
        assert "columnLineage" not in output_of(event)["facets"]
        assert [dataset["name"] for dataset in event["inputs"]] == [
            "finance.revenue_daily",
            "finance.invoices",
        ]


def test_column_lineage__has_a_masked_hop_and_uses_that_decide_about_rows(events: list[Json]) -> None:
    *_, shipments = runs_of(events, "plan_shipments", "COMPLETE")
    lineage = output_of(shipments)["facets"]["columnLineage"]
    assert lineage["fields"]["recipient_hash"]["inputFields"] == [
        {
            "namespace": "duckdb://shop",
            "name": "orders.customers",
            "field": "email",
            "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}],
        }
    ]
    assert {(use["field"], use["transformations"][0]["subtype"]) for use in lineage["dataset"]} == {
        ("customer_id", "JOIN")
    }


def test_orders__are_a_file_too_which_logistics_reads_by_path(events: list[Json]) -> None:
    *_, written = runs_of(events, "build_orders", "COMPLETE")
    [alias] = output_of(written)["facets"]["symlinks"]["identifiers"]
    assert alias == {"namespace": "file://shop", "name": "warehouse/orders.parquet", "type": "LOCATION"}
    *_, read = runs_of(events, "count_daily_volume", "COMPLETE")
    assert [(dataset["namespace"], dataset["name"]) for dataset in read["inputs"]] == [
        (alias["namespace"], alias["name"])
    ]
    assert schema_of(read["inputs"][0]) == schema_of(output_of(written))


def test_design_time_events__declare_a_job_not_yet_run_and_a_dataset_nobody_writes(
    events: list[Json],
) -> None:
    [dataset_event] = [event for event in events if "dataset" in event]
    assert dataset_event["dataset"]["name"] == "finance.vat_rates"
    assert schema_of(dataset_event["dataset"]) == {"country": "VARCHAR", "rate": "DECIMAL(4,2)"}
    [job_event] = [event for event in events if "job" in event and "run" not in event]
    assert job_event["job"]["name"] == "forecast_demand"
    assert job_event["outputs"][0]["name"] == "logistics.demand_forecast"
    assert not runs_of(events, "forecast_demand", "START")


def test_facets__every_written_dataset_and_every_job_has_words_and_an_owner(events: list[Json]) -> None:
    for event in events:
        for owner in [event["job"]] if "job" in event else []:
            assert {"documentation", "ownership", "tags", "jobType"} <= set(owner["facets"])
        for dataset in event.get("outputs", ()) if event.get("eventType") == "COMPLETE" else ():
            assert {"documentation", "ownership", "tags", "schema", "datasetType"} <= set(dataset["facets"])


def test_facets__of_all_kinds_name_producer_and_schema(events: list[Json]) -> None:
    for event in events:
        entities = [event.get("run"), event.get("job"), event.get("dataset"), *event.get("inputs", ())]
        for entity in filter(None, [*entities, *event.get("outputs", ())]):
            for key in ("facets", "inputFacets", "outputFacets"):
                for facet in entity.get(key, {}).values():
                    assert facet["_producer"] == "urn:meshline:demo"
                    assert facet["_schemaURL"].startswith("https://openlineage.io/spec/facets/")


def test_events__name_no_folder_of_this_machine(events: list[Json]) -> None:
    assert str(Path("/tmp")) not in str(events)


def test_questions__ask_with_real_ids_of_the_service() -> None:
    search, lineage, impact, products, policies = questions("--url http://127.0.0.1:9000")
    assert search.command == "meshline search email --url http://127.0.0.1:9000"
    assert lineage.command == "meshline lineage orders.raw_orders --url http://127.0.0.1:9000"
    assert '"dataset/duckdb%3A%2F%2Fshop/orders.raw_orders"' in lineage.graphql
    assert impact.command == "meshline impact orders.raw_orders --drop email --url http://127.0.0.1:9000"
    assert products.command == "meshline search revenue --kind DataProduct --url http://127.0.0.1:9000"
    assert '"product/revenue"' in products.graphql
    assert policies.command == "meshline policy check --url http://127.0.0.1:9000"


def test_job_that_fails_twice__ends_the_demo_with_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shop, "run", lambda shop, task: Outcome(None, "IO Error: no space left"))
    with pytest.raises(ApiError, match=r"land_raw_orders does not run: IO Error"):
        emit_demo(lambda event: None, now=NOW)
