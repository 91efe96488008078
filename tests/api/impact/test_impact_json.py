"""The JSON of an impact report: its shape is published, and whole."""

from typing import Any

import msgspec

from api.impact_answer import ImpactAnswer
from api.impact_json import impact_answer, impact_schema
from api.impact_words import WORDS
from catalog.impact.severity import Severity, Verdict
from tests.api.impact.reports import BILLS, BOOK, CONTRACT, report


def told() -> Any:
    made = report()
    return msgspec.json.decode(msgspec.json.encode(impact_answer(made, made.items)))


def members(schema: Any) -> dict[str, set[str]]:
    return {name: set(part["properties"]) for name, part in schema["$defs"].items() if "properties" in part}


def test_json__decodes_to_the_answer_that_it_was_made_of() -> None:
    made = impact_answer(report(), report().items)
    assert msgspec.json.decode(msgspec.json.encode(made), type=ImpactAnswer) == made


def test_json__tells_an_item_with_names_route_and_whom_it_concerns() -> None:
    job = next(item for item in told()["items"] if item["id"] == BOOK)
    assert job == {
        "id": BOOK,
        "kind": "Job",
        "name": "airflow/book",
        "aliases": [],
        "severity": "BREAKS",
        "unknown": False,
        "certainty": "PROVEN",
        "hops": 1,
        "reason": "Job job/airflow/book is affected.",
        "changed": ["field/db/orders/status"],
        "message": "no such column",
        "clauses": [],
        "routes": [
            [
                {
                    "source": "field/db/orders/status",
                    "target": BOOK,
                    "job": BOOK,
                    "use": "DIRECT",
                    "transformations": [{"subtype": "IDENTITY", "masking": False, "description": ""}],
                    "origins": ["OBSERVED"],
                    "lastSeen": "1970-01-02T00:00:00Z",
                }
            ]
        ],
        "allRoutes": True,
        "product": {"id": "product/billing", "name": "Billing"},
        "domain": {"id": "domain/finance", "name": "Finance"},
        "owners": [{"id": "team/finance", "name": "Team Finance", "contacts": ["finance@example.com"]}],
        "runs": 3,
        "lastUsed": "1970-01-02T00:00:00Z",
        "status": None,
        "action": "Change book first.",
    }


def test_json__counts_all_items_by_what_they_have_in_common() -> None:
    facets = told()["facets"]
    assert [(one["value"], one["count"], one["worst"]) for one in facets["owner"]] == [
        ("team/finance", 2, "BREAKS"),
        (None, 2, "BREAKS"),
    ]
    assert [(one["value"], one["count"], one["unknown"]) for one in facets["severity"]] == [
        ("BREAKS", 2, 0),
        ("STALE", 1, 0),
        ("UNKNOWN", 1, 1),
    ]
    assert [one["name"] for one in facets["product"]] == ["Billing", "no product"]


def test_json__of_a_page_says_where_the_next_begins_and_counts_all() -> None:
    made = report()
    page = impact_answer(made, made.items[:2], more=True)
    assert (page.total, len(page.items)) == (4, 2)
    assert [item.key for item in made.page(10, page.next)] == [BILLS, "job/airflow/look"]
    assert impact_answer(made, made.items).next is None


def test_json__tells_the_proposal_with_its_place_and_in_words() -> None:
    (change,) = told()["proposal"]["changes"]
    assert (change["said"], change["file"], change["line"]) == ("status is removed", "new.odcs.yaml", 12)


def test_json__tells_the_clauses_of_a_contract_by_its_name() -> None:
    (clause,) = told()["items"][0]["clauses"]
    assert clause["contract"] == {"id": CONTRACT, "name": "Orders 1.0.0"}


def test_json__says_in_which_time_uses_are_counted() -> None:
    assert told()["usage"] == {"since": "1970-01-11T00:00:00Z", "until": "1970-02-10T00:00:00Z"}


def test_schema__describes_every_member() -> None:
    found = members(impact_schema())
    assert found == {name: set(words) for name, words in WORDS.items()}


def test_schema__has_the_closed_lists() -> None:
    parts = impact_schema()["$defs"]
    assert set(parts["Severity"]["enum"]) == set(Severity)
    assert set(parts["Verdict"]["enum"]) == set(Verdict)


def test_schema__is_that_of_one_format() -> None:
    schema = impact_schema()
    assert schema["$ref"] == "#/$defs/ImpactAnswer"
    assert schema["$defs"]["ImpactAnswer"]["properties"]["format"]["enum"] == ["meshline-impact-report/1"]
