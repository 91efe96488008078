"""``meshline explain``: events, edges, facets, fields, runs and things."""

import itertools
from pathlib import Path
from typing import Any

from catalog.canonical import encode, sha256
from tests.api.asking import Cli, ask
from tests.api.events import body, run_event
from tests.api.running import Service


def test_explain__leads_from_an_event_to_what_it_did_and_back(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    thing = ask(cli, "explain", "mart.orders", *store)
    assert ([one["key"] for one in thing["facets"]], len(thing["latest"])) == (["columnLineage", "schema"], 2)
    hash_ = thing["latest"][-1]["hash"]

    event = ask(cli, "explain", hash_, *store)
    assert event == ask(cli, "explain", hash_[:32], *store)
    assert {one["type"] for one in event["edges"]} >= {"CONSUMED_BY", "PRODUCES", "FEEDS"}

    edge = ask(cli, "explain", "raw.orders#email", "mart.orders#email_domain", *store)["edges"][0]
    [evidence] = [one for one in edge["tellings"][0]["evidence"] if one["hash"] == hash_]
    assert evidence["facet"]["key"] == "columnLineage"

    [value] = ask(cli, "explain", "raw.orders", "--facet", "schema", *store)["values"]
    assert {one["facet"]["key"] for one in value["evidence"]} == {"schema"}


def test_explain__says_it_in_words(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    latest = ask(cli, "explain", "mart.orders", *store)["latest"]

    _, out, _ = cli("explain", latest[-1]["hash"], *store)
    assert {"Nodes: 4 came", "  + warehouse/mart.orders"} <= set(out.splitlines())
    _, out, _ = cli("explain", "raw.orders", "mart.orders", *store)
    assert out.splitlines()[0] == "warehouse/raw.orders -> warehouse/mart.orders"
    assert "  told in 2 runs from 2024-05-01T10:00:00Z to 2024-05-01T10:00:00Z" in out.splitlines()
    _, out, _ = cli("explain", "raw.orders", "--facet", "ownership", *store)
    assert out.splitlines()[1] == "  No event has sent it."
    _, out, _ = cli("explain", "mart.orders", "raw.orders", *store)
    assert out.splitlines()[1] == "  No edge leads there, directly or through one job."


def test_explain__refuses_an_edge_with_a_facet(cli: Cli, filled: Service) -> None:
    code, _, err = cli(
        "explain", "raw.orders", "mart.orders", "--facet", "schema", "--store", filled.settings.store
    )
    assert (code, "An edge has no facet." in err) == (3, True)


def test_explain_of_a_field__leads_to_its_schema_and_its_lineage(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    found = ask(cli, "explain", "raw.orders#email", *store)
    assert found["to"] == ["field/warehouse/mart.orders/email_domain"]
    assert {one["facet"]["key"] for edge in found["edges"] for one in edge["tellings"][0]["evidence"]} == {
        "schema"
    }

    _, out, _ = cli("explain", "mart.orders#email_domain", *store)
    lines = out.splitlines()
    assert lines[0] == "Field warehouse/mart.orders#email_domain"
    assert "Comes from (explain A B tells by which events)" in lines
    assert any(line.startswith("  warehouse/raw.orders#email: FEEDS OBSERVED") for line in lines)
    assert "No event names it" not in out


def test_explain_of_a_facet__shows_its_value(cli: Cli, filled: Service) -> None:
    arguments = ("explain", "raw.orders", "--facet", "schema", "--store", filled.settings.store)
    [value] = ask(cli, *arguments)["values"]
    assert [field["name"] for field in value["value"]["fields"]] == ["id", "email"]
    assert '"name": "email"' in cli(*arguments)[1]


def test_explain_of_an_event__takes_the_beginning_of_its_hash_in_either_case(
    cli: Cli, filled: Service
) -> None:
    store = ("--store", filled.settings.store)
    [first, second] = [one["hash"] for one in ask(cli, "explain", "mart.orders", *store)["latest"]]
    whole = ask(cli, "explain", first, *store)
    assert whole["hash"] == first
    assert whole == ask(cli, "explain", first[:6], *store) == ask(cli, "explain", first[:9].upper(), *store)
    code, _, err = cli("explain", first[:5], *store)
    assert (code, "Nothing is named" in err) == (3, True)
    assert second[:6] != first[:6]


def twins(digits: int) -> tuple[Any, Any]:
    """Two events whose hashes begin alike."""
    seen: dict[str, Any] = {}
    for number in itertools.count():
        event = run_event(0, producer=f"https://example.org/{number}")
        beginning = sha256(encode(event))[:digits]
        if beginning in seen:
            return seen[beginning], event
        seen[beginning] = event
    raise AssertionError("never ends")


def test_explain_of_the_beginning_of_two_hashes__names_both(cli: Cli, tmp_path: Path) -> None:
    pair = twins(6)
    (tmp_path / "twins.jsonl").write_bytes(b"\n".join(map(body, pair)))
    assert cli("ingest", str(tmp_path / "twins.jsonl"))[0] == 0
    hashes = [sha256(encode(event)) for event in pair]
    code, _, err = cli("explain", hashes[0][:6])
    assert (code, f"More than one event begins with {hashes[0][:6]}" in err) == (3, True)
    assert all(hash_[:16] in err for hash_ in hashes)
    assert ask(cli, "explain", hashes[1][:20])["hash"] == hashes[1]


def test_explain_of_a_run__tells_what_it_did_and_its_events(cli: Cli, filled: Service) -> None:
    store = ("--store", filled.settings.store)
    run_id = run_event(1)["run"]["runId"]
    found = ask(cli, "explain", run_id, *store)
    assert (found["id"], found["state"]) == (f"run/{run_id}", "COMPLETE")
    assert found["jobs"] == [
        {
            "id": "job/jobs/orders",
            "inputs": ["dataset/warehouse/raw.orders"],
            "outputs": ["dataset/warehouse/mart.orders"],
        }
    ]
    assert [one["kind"] for one in found["latest"]] == ["RunEvent"]
    assert found == ask(cli, "explain", run_id.replace("-", "").upper(), *store)
    assert found == ask(cli, "explain", f"run/{run_id}", *store)
    _, out, _ = cli("explain", run_id, *store)
    assert out.splitlines()[0] == f"Run {run_id}: COMPLETE"
    _, out, _ = cli("explain", run_id, "--facet", "nominalTime", *store)
    assert out.splitlines() == [f"Facet nominalTime of run {run_id}", "  No event has sent it."]
