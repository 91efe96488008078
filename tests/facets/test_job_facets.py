"""A scenario for each facet of a job, with the example of the specification where there is one."""

from pathlib import Path

from ingest.facets.facet_type import Entity
from tests.api.graphql.world import nodes
from tests.facets.told import INPUT, JOB, OUTPUT, Catalog, example


def test_lineage__of_a_job_says_what_each_output_comes_from(catalog: Catalog) -> None:
    source = {"namespace": "db", "name": "raw", "type": "DATASET"}
    target = {"namespace": "db", "name": "clean", "type": "DATASET"}
    fields = {"total": {"inputs": [{**source, "field": "amount", "transformations": [{"type": "DIRECT"}]}]}}
    catalog.tell(Entity.JOB, "lineage", {"entries": [{**target, "inputs": [source], "fields": fields}]})
    assert {other for _, other, _ in catalog.relations(OUTPUT, "HAD_DERIVATION")} == {INPUT}
    assert {other for _, other, _ in catalog.relations("field/db/clean/total", "FEEDS")} == {
        "field/db/raw/amount"
    }


def test_lineage__of_a_job_without_sources_has_no_upstream(catalog: Catalog) -> None:
    target = {"namespace": "db", "name": "clean", "type": "DATASET"}
    catalog.tell(Entity.JOB, "lineage", {"entries": [{**target, "inputs": []}]})
    walked = 'query { lineage(of: ["dataset/db/clean"], direction: UPSTREAM) { nodes { node { key } } } }'
    assert INPUT not in {one["node"]["key"] for one in catalog.ask(walked)["lineage"]["nodes"]}


def test_ownership__of_a_job_leads_to_its_owners(catalog: Catalog) -> None:
    owners = [{"name": "team:orders", "type": "MAINTAINER"}, {"name": "person:ada"}]
    catalog.tell(Entity.JOB, "ownership", {"owners": owners})
    assert catalog.relations(JOB, "OWNED_BY") == {
        ("OUT", "team/orders", (("ownerType", "MAINTAINER"),)),
        ("OUT", "person/ada", ()),
    }


def test_tags__of_a_job_lead_to_tags(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.JOB, "tags", example(corpus, "TagsJobFacet/1"))
    assert catalog.relations(JOB, "TAGGED") == {
        ("OUT", "tag/test_tag", (("source", "test_source"), ("value", "test_value"))),
        ("OUT", "tag/test_tag2", (("value", "test_value2"),)),
    }


def test_jobType__is_what_kind_of_job_it_is(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.JOB, "jobType", example(corpus, "JobTypeJobFacet/3"))
    assert catalog.job("processingType integration jobType") == {
        "processingType": "BATCH",
        "integration": "SPARK",
        "jobType": "ETL",
    }
    found = catalog.properties(JOB)
    assert (found["eventTrigger"], found["eventContentMode"]) == ("EVENT_BASED", "ACCUMULATIVE")


def test_documentation__of_a_job_is_its_description(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.JOB, "documentation", example(corpus, "DocumentationJobFacet/1"))
    assert catalog.job("description") == {
        "description": "Determines the popular day of week orders are placed."
    }


def test_sql__is_kept_as_sent_and_names_its_dialect(catalog: Catalog, corpus: Path) -> None:
    facet = example(corpus, "SQLJobFacet/1")
    catalog.tell(Entity.JOB, "sql", {**facet, "dialect": "postgres"})
    assert catalog.properties(JOB)["dialect"] == "postgres"
    (kept,) = nodes(catalog.job('facets(key: "sql") { edges { node { value } } }')["facets"])
    assert kept["value"]["query"] == facet["query"]


def test_sourceCodeLocation__is_where_the_code_lies(catalog: Catalog, corpus: Path) -> None:
    facet = {**example(corpus, "SourceCodeLocationJobFacet/1"), "branch": "main", "path": "a/b.py"}
    catalog.tell(Entity.JOB, "sourceCodeLocation", facet)
    found = catalog.properties(JOB)
    assert {name: found[name] for name in ("sourceControl", "sourceUrl", "sourceBranch", "sourcePath")} == {
        "sourceControl": "git",
        "sourceUrl": "http://example.com",
        "sourceBranch": "main",
        "sourcePath": "a/b.py",
    }


def test_sourceCode__is_kept_as_sent_and_names_its_language(catalog: Catalog, corpus: Path) -> None:
    catalog.tell(Entity.JOB, "sourceCode", example(corpus, "SourceCodeJobFacet/1"))
    assert catalog.properties(JOB)["sourceLanguage"] == "bash"
    (kept,) = nodes(catalog.job('facets(key: "sourceCode") { edges { node { value } } }')["facets"])
    assert kept["value"]["sourceCode"] == "ls -halt && exit 0"
