"""The core questions, on every store."""

from tests.api.graphql.world import BASE, World, at, nodes, run_id


def test_dataset__shows_what_events_said(every: World) -> None:
    found = every.ask(
        """{ dataset(namespace: "db", name: "raw") {
            id key namespace name description lastSeen
            fields { totalCount edges { node { id name type ordinal inferred } } }
            facets(key: "documentation") { edges { node { key value since lastSeen until } } }
            aliases { edges { node { __typename namespace name resolved { name } } } }
            readers { edges { node { name } } }
            writers { totalCount }
        } }"""
    )["dataset"]

    assert (found["id"], found["key"]) == (f"{BASE}dataset/db/raw", "dataset/db/raw")
    assert (found["namespace"], found["name"]) == ("db", "raw")
    assert (found["description"], found["lastSeen"]) == ("Orders as they come in", at(6))
    fields = [(f["name"], f["type"], f["inferred"]) for f in nodes(found["fields"])]
    assert fields == [("id", "bigint", False)]
    (documentation,) = nodes(found["facets"])
    assert documentation["value"]["description"] == "Orders as they come in"
    assert (documentation["since"], documentation["lastSeen"], documentation["until"]) == (
        at(0.9),
        at(6),
        None,
    )
    assert nodes(found["aliases"]) == [
        {"__typename": "Alias", "namespace": "file", "name": "raw.csv", "resolved": {"name": "raw"}}
    ]
    assert nodes(found["readers"], "name") == ["load"]
    assert found["writers"]["totalCount"] == 0


def test_dataset__as_of_shows_what_held_then(every: World) -> None:
    found = every.ask(
        """query ($then: DateTime!) {
            before: dataset(namespace: "db", name: "extra", asOf: $then) { id }
            job: job(namespace: "etl", name: "plan", asOf: $then) { id }
            node(id: "dataset/db/extra", asOf: $then) { id }
            nodes(ids: ["dataset/db/extra", "dataset/db/raw"], asOf: $then) { key }
            raw: dataset(namespace: "db", name: "raw", asOf: $then) {
                lastSeen description
                fields { edges { node { name type } } }
                facets(key: "schema") { edges { node { since until evidence { first last } } } }
                now: fields(asOf: "2026-01-02T00:00:00Z") { edges { node { name type } } }
            }
            clean: dataset(namespace: "db", name: "clean", asOf: $then) { readers { edges { node { name } } } }
        }""",
        then=at(2.5),
    )

    assert (found["before"], found["job"], found["node"]) == (None, None, None)
    assert found["nodes"] == [None, {"key": "dataset/db/raw"}]
    raw = found["raw"]
    assert (raw["lastSeen"], raw["description"]) == (at(1), "Orders as they come in")
    assert nodes(raw["fields"], "name", "type") == [("id", "int"), ("email", "varchar")]
    assert nodes(raw["now"], "name", "type") == [("id", "bigint")]
    assert nodes(raw["facets"], "since", "until") == [(at(0.9), at(6))]
    assert nodes(found["clean"]["readers"], "name") == ["summarise"]


def test_schema_history__has_every_schema_in_order(every: World) -> None:
    found = every.ask(
        """{ dataset(namespace: "db", name: "raw") { schemaHistory { totalCount edges { node {
            since until lastSeen deleted evidence { first }
            fields { edges { node { path type ordinal } } } } } } } }"""
    )["dataset"]["schemaHistory"]

    first, second = nodes(found)
    assert (first["since"], first["until"], first["lastSeen"]) == (at(0.9), at(6), at(3))
    assert nodes(first["fields"], "path", "type") == [("id", "int"), ("email", "varchar")]
    assert (second["since"], second["until"], second["deleted"]) == (at(6), None, False)
    assert nodes(second["fields"], "path", "type") == [("id", "bigint")]


def test_job__shows_its_datasets_and_runs(every: World) -> None:
    found = every.ask(
        """query ($then: DateTime!) { job(namespace: "etl", name: "load") {
            id namespace name inferred lastSeen
            facets { edges { node { key value } } }
            inputs { edges { node { __typename name } } }
            earlier: inputs(asOf: $then) { edges { node { name } } }
            outputs { edges { node { name } } }
            runs { edges { node { name state startedAt endedAt job { name } } } pageInfo { hasNextPage } }
            lastRun { name }
            lastThen: lastRun(asOf: $then) { name }
        } }""",
        then=at(2),
    )["job"]

    assert found["id"] == f"{BASE}job/etl/load"
    assert [(f["key"], f["value"]["query"]) for f in nodes(found["facets"])] == [("sql", "select load")]
    assert nodes(found["inputs"], "name") == ["raw"]
    assert nodes(found["earlier"], "name") == ["raw"]
    assert nodes(found["outputs"], "name") == ["clean"]
    runs = nodes(found["runs"], "name", "state")
    assert runs == [
        (run_id(n), state) for n, state in ((6, "COMPLETE"), (4, "FAIL"), (3, "COMPLETE"), (1, "COMPLETE"))
    ]
    assert nodes(found["runs"])[-1] | {"job": None} == {
        "name": run_id(1),
        "state": "COMPLETE",
        "startedAt": at(0.9),
        "endedAt": at(1),
        "job": None,
    }
    assert found["runs"]["pageInfo"] == {"hasNextPage": False}
    assert (found["lastRun"]["name"], found["lastThen"]["name"]) == (run_id(6), run_id(1))


def test_run__shows_its_family_and_what_it_did(every: World) -> None:
    query = """query ($id: String!) { run(id: $id) {
        id name state inferred job { name } jobs { totalCount }
        parent { name inferred job { name inferred } children { edges { node { name } } } } root { name }
        facets { edges { node { key } } }
        inputs { edges { node { dataset { name } job { name } firstSeen lastSeen facets { totalCount } } } }
        outputs { edges { node { dataset { name } } } } } }"""
    report = every.ask(query, id=run_id(2))["run"]
    failed = every.ask(query, id=f"{BASE}run/{run_id(4)}")["run"]

    assert (report["id"], report["state"]) == (f"{BASE}run/{run_id(2)}", "COMPLETE")
    assert report["parent"] == {
        "name": run_id(20),
        "inferred": True,
        "job": {"name": "daily", "inferred": True},
        "children": {"edges": [{"node": {"name": run_id(2)}}]},
    }
    assert nodes(report["facets"], "key") == ["nominalTime", "parent"]
    assert nodes(failed["inputs"]) == [
        {
            "dataset": {"name": "spare"},
            "job": {"name": "load"},
            "firstSeen": at(4),
            "lastSeen": at(4),
            "facets": {"totalCount": 0},
        }
    ]
    assert [one["dataset"]["name"] for one in nodes(failed["outputs"])] == ["clean"]


def test_field__shows_what_feeds_it(every: World) -> None:
    found = every.ask(
        """{ node(id: "field/db/report/total") { __typename name ... on Field {
            type dataset { name }
            upstream { edges { node { kind job { name } transformation { subtype masking }
                field { name inferred dataset { __typename name resolved { id } } } } } }
            downstream { totalCount } } } }"""
    )["node"]

    assert (found["__typename"], found["name"], found["type"]) == ("Field", "total", "int")
    assert sorted(
        (
            use["field"]["dataset"]["__typename"],
            use["field"]["name"],
            use["kind"],
            use["transformation"]["subtype"],
        )
        for use in nodes(found["upstream"])
    ) == [("Dataset", "id", "DIRECT", "AGGREGATION"), ("DatasetReference", "day", "INDIRECT", "FILTER")]
    assert found["downstream"]["totalCount"] == 0


def test_search__finds_by_field_and_description(every: World) -> None:
    found = every.ask(
        """{ search(text: "orders") { totalCount bounded
            edges { score cursor highlights { place words } node { name } }
            facets { kinds { value count } namespaces { value count } namespaceCount } } }"""
    )["search"]

    assert (found["totalCount"], found["bounded"]) == (1, False)
    (hit,) = found["edges"]
    assert (hit["node"]["name"], hit["highlights"]) == (
        "raw",
        [{"place": "description", "words": ["orders"]}],
    )
    assert found["facets"] == {
        "kinds": [{"value": "Dataset", "count": 1}],
        "namespaces": [{"value": "db", "count": 1}],
        "namespaceCount": 1,
    }


def test_search__filters_by_kind_and_namespace(every: World) -> None:
    query = "query ($f: SearchFilter) { search(filter: $f, first: 2) { totalCount edges { node { name } } } }"

    jobs = every.ask(query, f={"kinds": ["Job"]})["search"]
    none = every.ask(query, f={"kinds": ["Job"], "namespaces": ["db"]})["search"]

    assert (jobs["totalCount"], [edge["node"]["name"] for edge in jobs["edges"]]) == (4, ["daily", "load"])
    assert none == {"totalCount": 0, "edges": []}


def test_impact__answers_with_verdict_counts_and_routes(every: World) -> None:
    found = every.ask(
        """{ impact(change: {dataset: "dataset/db/raw", drop: ["id"]}, first: 1) {
            verdict dataset { name } counts { severity kind count }
            items { totalCount pageInfo { hasNextPage endCursor } edges { node {
                node { id } severity certainty hops reason unknown aliases route { source job target kind } } } }
            coverage { status nodes reasons { code } } } }"""
    )["impact"]

    assert (found["verdict"], found["dataset"]["name"]) == ("REVIEW", "raw")
    assert {"severity": "BREAKS", "kind": "Job", "count": 1} in found["counts"]
    (worst,) = nodes(found["items"])
    assert (worst["node"]["id"], worst["severity"], worst["hops"]) == (f"{BASE}job/etl/load", "BREAKS", 1)
    job = f"{BASE}job/etl/load"
    assert worst["route"] == [
        {"source": f"{BASE}field/db/raw/id", "job": job, "target": job, "kind": "DIRECT"}
    ]
    assert found["items"]["totalCount"] == sum(one["count"] for one in found["counts"])
    assert found["items"]["pageInfo"]["hasNextPage"]


def test_receipts__tell_what_became_of_each_event(every: World) -> None:
    found = every.ask(
        """{ receiptCounts { status count }
            receipts(first: 2) { edges { node { hash kind status actor effectiveAt } }
                pageInfo { endCursor hasNextPage } } }"""
    )
    (first, second) = nodes(found["receipts"])
    rest = every.ask(
        "query ($after: String) { receipts(after: $after) { edges { node { effectiveAt } } } }",
        after=found["receipts"]["pageInfo"]["endCursor"],
    )["receipts"]
    one = every.ask(
        """query ($hash: String!) { receipt(hash: $hash) {
            hash kind status receivedAt effectiveAt body problemCount problems { code } } }""",
        hash=first["hash"][:32],
    )["receipt"]

    assert sum(count["count"] for count in found["receiptCounts"]) == 7
    times = [first["effectiveAt"], second["effectiveAt"], *nodes(rest, "effectiveAt")]
    assert times == sorted(times, reverse=True)
    assert len(nodes(rest)) == 5
    assert (one["hash"], one["receivedAt"]) == (first["hash"], "2026-02-01T00:00:00Z")
    assert '"eventTime"' in one["body"]


def test_lists__give_datasets_jobs_and_namespaces_by_key(every: World) -> None:
    found = every.ask(
        """{ datasets(namespace: "db", first: 2) { totalCount edges { node { name } } pageInfo { endCursor } }
             jobs { totalCount edges { node { name } } }
             namespaces { edges { node { name of } } } }"""
    )

    assert (found["datasets"]["totalCount"], nodes(found["datasets"], "name")) == (6, ["clean", "extra"])
    assert nodes(found["jobs"], "name") == ["daily", "load", "plan", "summarise"]
    assert nodes(found["namespaces"], "name", "of") == [
        ("db", "dataset"),
        ("file", "dataset"),
        ("etl", "job"),
    ]
