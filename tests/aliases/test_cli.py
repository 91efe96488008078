"""``meshline alias``, and the same over GraphQL: on a store and through a service, with the same answers."""

import json
from pathlib import Path

import pytest

from tests.aliases.words import dataset, job
from tests.api.asking import Cli
from tests.api.conftest import cli, service, settings
from tests.api.running import Service

__all__ = ("cli", "service", "settings")

EVENTS = [
    dataset("t", "abc", ["folder", "hive.t"]),
    dataset("u", "xyz", ["folder"]),
    dataset('"t"'),
    job("serve", ["hive.t"], ["served"]),
]


@pytest.fixture
def url(service: Service, cli: Cli, tmp_path: Path) -> str:
    """A service with the events; its store is named by the settings."""
    (tmp_path / "events.json").write_text(json.dumps(EVENTS), encoding="utf-8")
    assert cli("ingest", "events.json", "--url", service.url)[0] == 0
    return service.url


def test_show__tells_names_links_and_what_is_kept_apart(cli: Cli, url: str, service: Service) -> None:
    remote = cli("alias", "show", "db/t", "--url", url, "--json")
    assert remote == cli("alias", "show", "db/t", "--store", service.settings.store, "--json")
    answer = json.loads(remote[1])
    assert answer["names"] == ['db/"t"', "db/hive.t", "db/t"]
    assert {(link["source"], link["because"], link["counts"]) for link in answer["links"]} == {
        ('db/"t"', "naming rule quotes", True),
        ("db/folder", "symlink (TABLE) of db/t", False),
        ("db/hive.t", "symlink (TABLE) of db/t", True),
    }
    assert [one["code"] for one in answer["conflicts"]] == ["FIELDS_DIFFER"]
    code, out, _ = cli("alias", "show", "db/t", "--url", url)
    assert (code, "kept apart, fields differ" in out, "naming rule quotes" in out) == (0, True, True)


def test_conflicts__are_listed_for_the_whole_graph(cli: Cli, url: str, service: Service) -> None:
    remote = cli("alias", "conflicts", "--url", url, "--json")
    assert remote == cli("alias", "conflicts", "--store", service.settings.store, "--json")
    [conflict] = json.loads(remote[1])
    assert conflict["code"] == "FIELDS_DIFFER"
    assert {"db/t", "db/u", "db/folder"} <= set(conflict["names"])
    assert cli("alias", "conflicts", "--url", url)[1].startswith("fields differ: ")


@pytest.mark.parametrize("where", ["service", "store"])
def test_unlink_and_relink__change_what_lineage_answers(
    cli: Cli, url: str, service: Service, where: str
) -> None:
    on = ("--url", url) if where == "service" else ("--store", service.settings.store)

    def reached() -> set[str]:
        found = json.loads(cli("lineage", "db/t", "--json", *on)[1])
        return {node["name"] for node in found["nodes"]}

    assert "db/served" in reached()
    code, out, _ = cli("alias", "unlink", "db/t", "db/hive.t", "--why", "another table", *on)
    assert (code, out.split(". ")[0]) == (0, "Unlinked: db/t and db/hive.t")
    assert "db/served" not in reached()
    shown = json.loads(cli("alias", "show", "db/t", "--json", *on)[1])
    [ruling] = [link["ruling"] for link in shown["links"] if link["source"] == "db/hive.t"]
    assert ruling.endswith("by local: another table")
    assert json.loads(cli("commands", "--json", *on)[1])[0]["about"] == "db/hive.t and db/t"
    assert cli("alias", "relink", "db/hive.t", "db/t", *on)[0] == 0
    assert "db/served" in reached()


def test_unlink__of_names_that_nothing_links_says_so(cli: Cli, url: str) -> None:
    code, out, _ = cli("alias", "unlink", "db/t", "db/u", "--url", url)
    assert (code, "Nothing links these two directly" in out) == (0, True)


def test_unlink__of_one_name_is_a_usage_error(cli: Cli, url: str) -> None:
    code, _, err = cli("alias", "unlink", "db/t", "db/t", "--url", url, "--json")
    assert (code, json.loads(err)["error"]["code"]) == (3, "usage")


def test_graphql__tells_the_evidence_of_each_link(url: str, service: Service) -> None:
    query = """{ dataset(namespace: "db", name: "t") {
        aliasLinks { totalCount edges { node {
            source type rules origin toldBy since until counts evidence { first last } } } }
        aliasConflicts { code nameCount names links { source target } } }
        aliasConflicts(first: 1) { pageInfo { hasNextPage } edges { node { code } } } }"""
    with service.client() as http:
        answer = http.post("/graphql", json={"query": query}).json()["data"]
    links = [edge["node"] for edge in answer["dataset"]["aliasLinks"]["edges"]]
    assert {(link["type"], link["origin"], link["evidence"] is None) for link in links} == {
        ("rule:quotes", "OBSERVED", True),
        ("TABLE", "OBSERVED", False),
    }
    [conflict] = answer["dataset"]["aliasConflicts"]
    assert (conflict["code"], len(conflict["links"])) == ("FIELDS_DIFFER", 2)
    assert [edge["node"]["code"] for edge in answer["aliasConflicts"]["edges"]] == ["FIELDS_DIFFER"]
    assert answer["aliasConflicts"]["pageInfo"] == {"hasNextPage": False}
