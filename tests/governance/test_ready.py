"""Every ready policy has a mesh that passes and one that fails, on every store; pySHACL says the same of all shapes."""

import pyshacl
import pytest
from rdflib import SH, Graph

from api.policies.queries import open_queries
from catalog.governance.evaluation import evaluate
from catalog.governance.policy import Policy, ShapeCheck
from catalog.governance.verdict import Evaluation, Status
from catalog.instant import parse_instant
from catalog.rdf.export import rdf
from catalog.rdf.profile import Profile
from catalog.store.port import Store
from catalog.store.registry import open_store
from ingest.event import recognise
from ingest.policies.documents import said_in
from ingest.policies.ready import example_events, example_text, ready_ids, ready_text
from ingest.policies.turtle import check_shape
from ontology.rdf_writing import Form
from tests.descriptors.saying import drafted, told
from tests.governance.test_shape_check import BASE
from tests.governance.test_stores import SPRING, document, send
from tests.governance.test_turtle import HEAD

NOW = parse_instant("2026-11-22").ns


def policy(id_: str) -> Policy:
    found = drafted(ready_text(id_))
    [one] = said_in(found.statement).policies
    assert told(found) == []
    assert found.unmapped == ()
    return one


def judged(store: Store, id_: str, *, passes: bool) -> Evaluation:
    send(
        store,
        document(ready_text(id_), "policy.yaml", SPRING),
        document(example_text(id_, passes=passes), "mesh.yaml", SPRING),
        *(recognise(line, received_ns=NOW) for line in example_events(id_, passes=passes).splitlines()),
    )
    with store.read() as reader, open_queries(reader, BASE) as queries:
        return evaluate(reader, now_ns=NOW, queries=queries)


def statuses(found: Evaluation) -> set[Status]:
    assert found.unevaluated == ()
    return {one.status for one in found.verdicts}


@pytest.mark.parametrize("id_", ready_ids())
def test_ready__passes_what_is_right(store: Store, id_: str) -> None:
    assert statuses(judged(store, id_, passes=True)) == {Status.PASS}


@pytest.mark.parametrize("id_", ready_ids())
def test_ready__fails_what_is_wrong_and_says_what_to_do(store: Store, id_: str) -> None:
    found = judged(store, id_, passes=False)

    assert Status.FAIL in statuses(found)
    assert all(one.message and one.remediation for one in found.verdicts if one.status is Status.FAIL)


@pytest.mark.parametrize("passes", [True, False])
@pytest.mark.parametrize("id_", [id_ for id_ in ready_ids() if isinstance(policy(id_).check, ShapeCheck)])
def test_ready__shape_finds_what_pyshacl_finds(id_: str, passes: bool) -> None:
    store = open_store("memory:")
    verdicts = judged(store, id_, passes=passes).verdicts
    ours = {one.target for one in verdicts if one.status is Status.FAIL}
    check = policy(id_).check
    assert isinstance(check, ShapeCheck)
    with store.read() as reader:
        data = Graph().parse(data="".join(rdf(reader, Form.NQUADS, Profile.MESH, BASE)), format="nt")
    shapes = Graph().parse(data=f"{HEAD}{check_shape(check)} .", format="turtle")

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")

    assert isinstance(report, Graph)
    found = {
        str(report.value(one, SH.focusNode)).removeprefix(BASE) for one in report.objects(None, SH.result)
    }
    assert found & {one.target for one in verdicts} == ours  # what is only named is not judged here


@pytest.mark.parametrize("id_", ready_ids())
def test_ready__is_named_as_its_file_and_says_why(id_: str) -> None:
    one = policy(id_)

    assert one.id == id_
    assert one.enabled
    assert one.why
    assert one.remediation
