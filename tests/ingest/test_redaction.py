"""What is not stored of an event: secrets and heavy facets, with marks in their places."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.canonical import encode, sha256
from catalog.projection import Projection
from catalog.store.memory import MemoryStore
from ingest.event import recognise
from ingest.pipeline import Ingest
from ingest.problems import Problems
from ingest.redaction import DEFAULT, EVERYTHING_KEPT, Redaction
from ingest.replay import interpret_again, replay
from tests.convergence.observed import export
from tests.ingest.build import RUN_ID, dataset, dataset_event, problems, run_event

SECRET = "s3cr3t"
VARIABLES = {"environmentVariables": [{"name": "TOKEN", "value": SECRET}, {"name": "HOME", "value": "/"}]}


def with_run_facets(**facets: Any) -> dict[str, Any]:
    return run_event(run={"runId": RUN_ID, "facets": facets})


def stored(event: dict[str, Any], redaction: Redaction = DEFAULT) -> dict[str, Any]:
    entry, _ = recognise(json.dumps(event), received_ns=0, redaction=redaction)
    kept: dict[str, Any] = json.loads(entry.body)
    return kept


def test_environment__has_names_without_values() -> None:
    kept = stored(with_run_facets(environmentVariables=VARIABLES))
    assert kept["run"]["facets"]["environmentVariables"] == {
        "environmentVariables": [{"name": "TOKEN", "value": "***"}, {"name": "HOME", "value": "***"}],
        "_meshline": {"redacted": ["value"]},
    }


@pytest.mark.parametrize("odd", [SECRET, [SECRET], {"TOKEN": SECRET}, [{"name": "TOKEN", "v": [SECRET]}]])
def test_environment__of_odd_shape_hides_its_values_too(odd: Any) -> None:
    assert SECRET not in json.dumps(
        stored(with_run_facets(environmentVariables={"environmentVariables": odd}))
    )


def test_environment__of_a_list_of_texts_keeps_the_names_so_that_problems_say_which() -> None:
    event = with_run_facets(environmentVariables={"environmentVariables": [f"TOKEN={SECRET}", SECRET]})
    entry, _ = recognise(json.dumps(event), received_ns=0)
    assert [(one.path[-3:], one.message) for one in entry.problems if one.code == "facet-content"] == [
        ("[0]", 'Expected an object; this is "TOKEN=***".'),
        ("[1]", 'Expected an object; this is "***".'),
    ]
    assert SECRET not in entry.body


@pytest.mark.parametrize("key", ["spark.logicalPlan", "spark_unknown", "debug"])
def test_heavy_facet__leaves_a_mark_with_its_size(key: str) -> None:
    facet = {"_producer": "urn:spark", "plan": ["ä" * 5000]}
    kept = stored(with_run_facets(**{key: facet}))
    size = len(encode(facet).encode())
    assert kept["run"]["facets"][key] == {"_producer": "urn:spark", "_meshline": {"dropped": {"bytes": size}}}


def test_heavy_facet__is_dropped_wherever_it_stands() -> None:
    heavy = {"debug": {"x": "y"}}
    event = run_event(
        job={"namespace": "jobs", "name": "load", "facets": heavy},
        inputs=[{**dataset("a", **heavy), "inputFacets": heavy}],
        outputs=[{**dataset("b"), "outputFacets": heavy}],
    )
    assert '"y"' not in json.dumps(stored(event))
    assert '"y"' not in json.dumps(stored(dataset_event(**heavy)))


def test_parameters__behind_names_of_secrets_have_no_values() -> None:
    told = [
        {"key": "dbPassword", "name": "a", "value": SECRET},
        {"key": "p1", "name": "client secret", "value": SECRET},
        {"key": "region", "value": "eu"},
        {"key": "token.type", "value": "bearer"},
    ]
    kept = stored(with_run_facets(executionParameters={"parameters": told}))
    assert kept["run"]["facets"]["executionParameters"] == {
        "parameters": [{**told[0], "value": "***"}, {**told[1], "value": "***"}, *told[2:]],
        "_meshline": {"redacted": ["client secret", "dbPassword"]},
    }


def test_properties_of_spark__behind_names_of_secrets_have_no_values() -> None:
    properties = {
        "spark.hadoop.fs.s3a.secret.key": SECRET,
        "spark.hadoop.fs.azure.account.key.shop.dfs.core.windows.net": SECRET,
        "spark.ssl.keyStorePassword": SECRET,
        "spark.hadoop.fs.s3a.aws.credentials.provider": "org.example.Provider",
        "spark.executor.memory": "4g",
        "spark.authenticate.secret": "*********(redacted)",
    }
    event = with_run_facets(spark_properties={"properties": properties})
    entry, _ = recognise(json.dumps(event), received_ns=0)
    facet = json.loads(entry.body)["run"]["facets"]["spark_properties"]
    hidden = sorted(name for name, value in properties.items() if value == SECRET)
    assert facet == {
        "properties": {**properties, **dict.fromkeys(hidden, "***")},
        "_meshline": {"redacted": hidden},
    }
    assert ("redacted", "$.run.facets.spark_properties", False) in problems(entry)


def test_settings__of_catalogs_and_in_facets_of_ones_own_have_no_secrets() -> None:
    catalog = {
        "framework": "iceberg",
        "type": "rest",
        "name": "lake",
        "catalogProperties": {"credential": SECRET},
    }
    event = run_event(
        run={"runId": RUN_ID, "facets": {"acme_access": {"headers": [{"Authorization": SECRET}]}}},
        inputs=[dataset("a", catalog=catalog, acme={"credentials": [SECRET, SECRET], "api_key": SECRET})],
    )
    assert SECRET not in json.dumps(stored(event))


def test_column__named_as_a_secret_is_none() -> None:
    fields = [{"name": "token", "type": "string"}, {"name": "password", "type": "varchar(20)"}]
    facets = {
        "schema": {"fields": fields},
        "tags": {"tags": [{"key": "secret", "value": "yes", "field": "token"}]},
        "dataQualityMetrics": {"columnMetrics": {"password": {"nullCount": 1}}},
        "acme_columns": {"token": "VARCHAR(200)", "password": "string", "secret": {"nulls": "none"}},
    }
    query = "select token, u.password, api_key = 'x' from u where token='t' and password = :p -- secret = 1"
    event = run_event(
        job={"namespace": "n", "name": "j", "facets": {"sql": {"query": query}}},
        inputs=[dataset("token=5/dt=2026", **facets)],
    )
    assert stored(event) == event


def test_settings__are_kept_where_they_are_not_to_be_redacted() -> None:
    event = with_run_facets(spark_properties={"password": SECRET})
    assert stored(event, Redaction(("environment", "uris"))) == event


@pytest.mark.parametrize("wanted", [("uris",), ("settings",)])
def test_secret__in_the_text_of_an_event_is_found_by_what_is_looked_at_first(wanted: tuple[str, ...]) -> None:
    facets = (
        {"acme": {"u": "host=db\npwd=s3cr3t"}},
        {"acme": {"u": "x\\y://DOM\\u:s3cr3t@h"}},
        {"acme": {"u": "https://h/?Sig=s3cr3t"}},
    )
    hidden = [
        SECRET not in json.dumps(stored(with_run_facets(**facet), Redaction(wanted))) for facet in facets
    ]
    assert hidden == [wanted == ("uris",)] * 3


def test_uri__is_redacted_in_names_too_and_alike_wherever_they_stand() -> None:
    namespace = "postgres://ada:s3cr3t@db"
    lineage = {"fields": {"x": {"inputFields": [{"namespace": namespace, "name": "a", "field": "x"}]}}}
    event = run_event(
        inputs=[{"namespace": namespace, "name": "a"}], outputs=[dataset("b", columnLineage=lineage)]
    )
    entry, said = recognise(json.dumps(event), received_ns=0)
    assert said.run is not None
    [source] = said.run.inputs
    assert source.namespace == "postgres://***@db"
    assert {edge.source for edges in said.run.columns.values() for edge in edges} == {source}
    assert "s3cr3t" not in repr((entry, said))
    assert ("redacted", "$.inputs[0].namespace", False) in problems(entry)


def test_entry__is_known_by_the_event_as_it_was_sent() -> None:
    event = with_run_facets(environmentVariables=VARIABLES)
    entry, _ = recognise(json.dumps(event), received_ns=0)
    assert entry.hash == sha256(encode(event))
    assert sha256(entry.body) != entry.hash


def test_stored_event__read_again_is_the_same_entry() -> None:
    event = with_run_facets(environmentVariables=VARIABLES, debug={"x": 1}, uri={"u": "http://a:b@c"})
    first = recognise(json.dumps(event), received_ns=0)
    assert len([problem for problem in first[0].problems if problem.code == "redacted"]) == 3
    assert interpret_again(first[0]) == first


def test_replay__makes_the_same_graph_and_a_repeat_stays_a_duplicate() -> None:
    store, target = MemoryStore(), MemoryStore()
    event = json.dumps(with_run_facets(environmentVariables=VARIABLES))
    ingest = Ingest(Projection(store))
    receipts = [ingest.receive(event).result() for _ in range(2)]
    ingest.close()
    assert [str(receipt.status) for receipt in receipts] == ["applied", "duplicate"]
    replay(store, Projection(target))
    assert export(target) == export(store)
    assert SECRET not in "".join(export(store))
    with target.read() as reader:
        assert reader.entries([receipts[0].hash]).keys() == {receipts[0].hash}


def test_redaction__can_be_switched_off() -> None:
    event = with_run_facets(environmentVariables=VARIABLES, debug={"u": "http://a:b@c"})
    assert stored(event, EVERYTHING_KEPT) == event


def test_redaction__drops_the_facets_that_are_named() -> None:
    kept = stored(
        with_run_facets(spark_properties={"a": 1}, debug={"b": 2}), Redaction((), ("spark_properties",))
    )
    assert kept["run"]["facets"]["debug"] == {"b": 2}
    assert "dropped" in kept["run"]["facets"]["spark_properties"]["_meshline"]


TEXT = st.text(alphabet="a:/@?&=# ***pwd;\\", max_size=30) | st.sampled_from(
    ("x://a:b@c", "jdbc:x;pwd=y", "password", "name", "value")
)
JSON = st.recursive(
    TEXT | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FACETS = st.dictionaries(
    st.sampled_from(("debug", "environmentVariables", "executionParameters", "other")), JSON, max_size=3
)


@given(FACETS | JSON)
def test_redaction__of_what_is_redacted_changes_nothing(facets: Any) -> None:
    event = {"run": {"runId": RUN_ID, "facets": facets}, "inputs": [{"facets": facets}, facets]}
    once = DEFAULT.of(event, encode(event), Problems())
    again = DEFAULT.of(once, encode(once), Problems())
    assert again == once


def test_connection_of_oracle__is_redacted_where_nothing_else_is() -> None:
    facet = {
        "dataSource": {"_producer": "urn:x", "name": "x", "uri": "jdbc:oracle:thin:ada/s3cr3t@db:1521:x"}
    }
    assert "s3cr3t" not in json.dumps(stored(run_event(inputs=[dataset("a", **facet)])))
