"""What events say of the quality of datasets, in both places, and who told it."""

import json
from typing import Any

from catalog.canonical import encode
from catalog.identity import JobId
from tests.ingest.build import RUN_ID, dataset, dataset_event, job_event, problems, read, run_event

JOB = JobId("jobs", "load").key
PASSED = {"assertions": [{"assertion": "unique", "success": True}]}
FAILED = {"assertions": [{"assertion": "unique", "success": False}]}
METRICS = {"rowCount": 3, "columnMetrics": {}}
RUN = json.dumps(RUN_ID)


def values(event: dict[str, Any], number: int = 0) -> dict[str, str | None]:
    """What an event says of the quality of one of its datasets."""
    _, said = read(event)
    return {key: value for key, value in said.datasets[number].values.items() if not key.startswith("facet:")}


def orders(place: str, **facets: Any) -> dict[str, Any]:
    return {"namespace": "db", "name": "orders", place: facets}


def test_checks_of_an_input__are_those_of_the_job() -> None:
    event = run_event(inputs=[orders("inputFacets", dataQualityAssertions=PASSED)])
    assert values(event) == {f"assertions:{JOB}": encode(PASSED), f"run-of:assertions:{JOB}": RUN}


def test_checks_among_the_facets_of_a_dataset__are_the_same() -> None:
    inner = values(run_event(inputs=[orders("inputFacets", dataQualityAssertions=PASSED)]))
    outer = values(run_event(outputs=[orders("facets", dataQualityAssertions=PASSED)]))
    assert inner == outer


def test_checks_in_both_places__are_those_of_the_input() -> None:
    both = orders("facets", dataQualityAssertions=FAILED) | {"inputFacets": {"dataQualityAssertions": PASSED}}
    assert values(run_event(inputs=[both]))[f"assertions:{JOB}"] == encode(PASSED)


def test_figures__are_those_of_the_newest_whoever_told_them() -> None:
    event = run_event(inputs=[orders("inputFacets", dataQualityMetrics=METRICS)])
    assert values(event) == {"metrics": encode(METRICS), "run-of:metrics": RUN}


def test_quality__without_a_run_ends_the_run_of_before() -> None:
    assert values(dataset_event(dataQualityMetrics=METRICS, dataQualityAssertions=PASSED)) == {
        "metrics": encode(METRICS),
        "run-of:metrics": None,
        "assertions:": encode(PASSED),
        "run-of:assertions:": None,
    }


def test_quality__that_is_taken_back_is_no_longer() -> None:
    facets = {"dataQualityMetrics": {"_deleted": True}}
    assert values(run_event(inputs=[orders("facets", **facets)])) == {"metrics": None, "run-of:metrics": None}


def test_facets_of_an_input_of_a_job_event__belong_to_no_run() -> None:
    event = job_event(inputs=[orders("inputFacets", dataQualityMetrics=METRICS)])
    assert values(event) == {}
    assert problems(read(event)[0]) == [("extra-part", "$.inputs", True)]


def test_quality__that_is_no_object_says_nothing() -> None:
    event = run_event(inputs=[dataset("orders", dataQualityMetrics=None, dataQualityAssertions=[])])
    assert values(event) == {}
    assert problems(read(event)[0]) == [
        ("facet-type", "$.inputs[0].facets.dataQualityMetrics", False),
        ("facet-type", "$.inputs[0].facets.dataQualityAssertions", True),
    ]
