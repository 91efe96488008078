"""Questions of the command line have one answer, from a store and from a service."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.api.asking import Cli, ask, fill
from tests.api.events import body, run_event, schema
from tests.api.running import Service

QUESTIONS = [
    ["search", "orders"],
    ["search", "orders", "--kind", "job", "--first", "1"],
    ["search", "orders", "--kind", "PIPELINE", "--kind", "DataProduct"],
    ["search", "mail", "--namespace", "warehouse"],
    ["search", "nothing"],
    ["lineage", "raw.orders"],
    ["lineage", "warehouse/mart.orders", "--upstream"],
    ["lineage", "warehouse/raw.orders#email", "--level", "field"],
    ["lineage", "dataset/warehouse/raw.orders", "--upstream", "--downstream", "--depth", "1"],
    ["lineage", "jobs/orders", "--level", "job"],
    ["lineage", "raw.orders", "--as-of", "2020-01-01"],
    ["lineage", "raw.orders#email", "--level", "field", "--as-of", "2020-01-01", "--edges"],
    ["lineage", "jobs/orders", "--as-of", "2024-05-02", "--edges"],
    ["lineage", "orders"],
    ["lineage", "orders#email"],
    ["lineage", "raw.orders#nothing"],
    ["impact", "raw.orders#email", "--drop", "email"],
    ["impact", "jobs/orders", "--drop", "email"],
    ["impact", "raw.orders", "--retype", "email=INT", "--routes"],
    ["impact", "raw.orders", "--drop", "email"],
    ["impact", "warehouse/raw.orders", "--rename", "id=key", "--retype", "email=INT", "--first", "2"],
    ["impact", "mart.orders", "--drop-dataset"],
    ["lineage", "nowhere"],
    ["impact", "raw.orders", "--drop", "nothing"],
]


_LINK = re.compile(r'(?<="permalink": )"http[^"]*"')
"""A service keeps the report and says where."""


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_question__has_one_answer_from_the_store_and_from_the_service(
    cli: Cli, filled: Service, question: list[str], form: list[str]
) -> None:
    from_service = cli(*question, *form, "--url", filled.url)
    from_store = cli(*question, *form, "--store", filled.settings.store)
    assert (from_service[0], _LINK.sub("null", from_service[1]), *from_service[2:]) == from_store
    assert bool(from_service[1]) != bool(from_service[2])


def test_search__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, "search", "mart", "--store", filled.settings.store)
    assert said == {
        "text": "mart",
        "total": 1,
        "items": [
            {
                "id": "dataset/warehouse/mart.orders",
                "kind": "Dataset",
                "namespace": "warehouse",
                "name": "mart.orders",
                "description": None,
                "droppedAt": None,
                "renamedTo": [],
            }
        ],
    }


def test_lineage__has_this_shape(cli: Cli, filled: Service) -> None:
    said = ask(cli, "lineage", "raw.orders#email", "--level", "FIELD", "--store", filled.settings.store)
    source, target = "field/warehouse/raw.orders/email", "field/warehouse/mart.orders/email_domain"
    assert said == {
        "of": [source],
        "direction": "DOWNSTREAM",
        "level": "FIELD",
        "asOf": None,
        "nodes": [
            {"id": source, "kind": "Field", "name": "warehouse/raw.orders#email", "hops": 0},
            {"id": target, "kind": "Field", "name": "warehouse/mart.orders#email_domain", "hops": 1},
        ],
        "edges": [
            {
                "source": source,
                "target": target,
                "job": "job/jobs/orders",
                "use": "DIRECT",
                "subtypes": [],
                "origins": ["OBSERVED"],
            }
        ],
        "coverage": {"status": "COMPLETE", "reasons": [], "nodes": 2, "edges": said["coverage"]["edges"]},
    }


def test_lineage_diff__is_the_same_of_a_store_and_of_its_service(
    cli: Cli, service: Service, event_file: str
) -> None:
    fill(service)
    later = run_event(
        3, eventTime="2024-05-02T10:00:00Z", inputs=[{"namespace": "warehouse", "name": "other"}]
    )
    later["outputs"][0]["facets"] = schema("id", "domain")
    Path(event_file).write_bytes(body(later))
    store = service.settings.store
    assert cli("ingest", event_file, "--store", store)[0] == 0
    arguments = ("lineage", "mart.orders", "--upstream", "--diff", "2024-05-01T12:00:00Z", "now")

    found = ask(cli, *arguments, "--store", store)

    assert found == ask(cli, *arguments, "--url", service.url)
    assert [(one["change"], one["source"]) for one in found["edges"]] == [
        ("CAME", "dataset/warehouse/other"),
        ("WENT", "dataset/warehouse/raw.orders"),
    ]
    assert [(one["change"], one["name"]) for one in found["fields"]] == [
        ("CAME", "domain"),
        ("WENT", "email_domain"),
    ]
    _, out, _ = cli(*arguments, "--store", store)
    assert out.splitlines() == [
        "Upstream of warehouse/mart.orders from 2024-05-01T12:00:00Z to now",
        "Edges",
        "  + warehouse/other -> jobs/orders",
        "  - warehouse/raw.orders -> jobs/orders",
        "Fields",
        "  + warehouse/mart.orders#domain",
        "  - warehouse/mart.orders#email_domain",
        "Facets",
        "  ~ warehouse/mart.orders schema",
        "",
        "Coverage before: COMPLETE",
        "",
        "Coverage after: COMPLETE",
    ]
    day = ("--diff", "2025-01-01", "2025-01-02")
    assert "Nothing changed." in cli("lineage", "other", *day, "--store", store)[1]


def test_lineage_diff__says_that_nothing_was_known_at_one_of_its_times(cli: Cli, filled: Service) -> None:
    arguments = ("lineage", "mart.orders", "--diff", "2020-01-01", "now")
    found = ask(cli, *arguments, "--store", filled.settings.store)
    assert found == ask(cli, *arguments, "--url", filled.url)
    before, after = found["coverageBefore"], found["coverageAfter"]
    assert (before["status"], [one["code"] for one in before["reasons"]]) == ("UNKNOWN", ["NOT_YET_KNOWN"])
    assert (after["status"], after["reasons"]) == ("COMPLETE", [])
    lines = cli(*arguments, "--store", filled.settings.store)[1].splitlines()
    assert lines[-4:] == [
        "Coverage before: UNKNOWN",
        "  warehouse/mart.orders was not known then: no event until 2020-01-01T00:00:00Z names it.",
        "",
        "Coverage after: COMPLETE",
    ]


@pytest.mark.parametrize(
    "times",
    [
        ("now", "2024-05-01T12:00:00Z"),
        ("2024-05-02", "2024-05-01"),
        ("x", "now"),
        ("2024-05-01", "2200-01-01"),
    ],
)
def test_lineage_diff__refuses_times_that_make_no_sense(
    cli: Cli, filled: Service, times: tuple[str, str]
) -> None:
    code, _, err = cli("lineage", "mart.orders", "--diff", *times, "--store", filled.settings.store)
    assert (code, "--diff" in err) == (3, True)


def test_lineage_of_several__starts_from_all(cli: Cli, filled: Service) -> None:
    said = ask(cli, "lineage", "raw.orders", "mart.orders", "--store", filled.settings.store)
    assert [node["id"] for node in said["nodes"] if node["hops"] == 0] == [
        "dataset/warehouse/mart.orders",
        "dataset/warehouse/raw.orders",
    ]


def test_name_that_two_things_have__is_refused_with_both(cli: Cli, service: Service, event_file: str) -> None:
    fill(service)
    Path(event_file).write_bytes(body(run_event(3, outputs=[{"namespace": "lake", "name": "mart.orders"}])))
    store = service.settings.store
    assert cli("ingest", event_file, "--store", store)[0] == 0
    code, _, err = cli("lineage", "mart.orders", "--store", store)
    assert code == 3
    assert "dataset/lake/mart.orders, dataset/warehouse/mart.orders" in err
    assert cli("lineage", "lake/mart.orders", "--store", store)[0] == 0


def lifecycle(name: str, state: str, hour: int, previous: str | None = None) -> bytes:
    """A dataset event that tells what became of a dataset of the warehouse."""
    facet: dict[str, Any] = {"lifecycleStateChange": state}
    if previous is not None:
        facet["previousIdentifier"] = {"namespace": "warehouse", "name": previous}
    event = run_event(eventTime=f"2024-05-03T{hour:02}:00:00Z")
    kept = {key: event[key] for key in ("eventTime", "producer")}
    facets = {"lifecycleStateChange": facet}
    return body(
        {**kept, "schemaURL": "", "dataset": {"namespace": "warehouse", "name": name, "facets": facets}}
    )


def test_search__marks_what_was_dropped_and_leads_to_the_new_name(
    cli: Cli, service: Service, event_file: str
) -> None:
    fill(service)
    events = [lifecycle("mart.old", "CREATE", 1), lifecycle("mart.old", "DROP", 2)]
    events.append(lifecycle("mart.sales", "RENAME", 3, "mart.orders"))
    Path(event_file).write_bytes(b"\n".join(events))
    store = ("--store", service.settings.store)
    assert cli("ingest", event_file, *store)[0] == 0

    found = ask(cli, "search", "mart", *store)

    assert found == ask(cli, "search", "mart", "--url", service.url)
    assert [(one["name"], one["droppedAt"], one["renamedTo"]) for one in found["items"]] == [
        ("mart.sales", None, []),
        ("mart.old", "2024-05-03T02:00:00Z", []),
        ("mart.orders", "2024-05-03T03:00:00Z", ["dataset/warehouse/mart.sales"]),
    ]
    out = cli("search", "mart", *store)[1]
    assert "mart.old (dropped 2024-05-03T02:00:00Z)" in out
    assert "mart.orders (renamed to warehouse/mart.sales)" in out
    for option, kept in (("--dropped", ["mart.old", "mart.orders"]), ("--no-dropped", ["mart.sales"])):
        alone = ask(cli, "search", "mart", option, *store)
        assert alone == ask(cli, "search", "mart", option, "--url", service.url)
        assert ([one["name"] for one in alone["items"]], alone["total"]) == (kept, len(kept))
