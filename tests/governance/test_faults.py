"""Whatever breaks in the evaluation of policies, nothing turns green: what was not evaluated is told so on the command
line, in GraphQL and in the reports, and the exit code is not 0."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from api import exit_codes
from api.policies.queries import open_queries
from api.sparql.process import WorkerProcess
from catalog.errors import StoreUnavailable
from catalog.governance import evaluation
from catalog.governance import scope as scoping
from catalog.governance.checks import lineage, query, shape
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome
from catalog.governance.evaluation import evaluate
from catalog.governance.policy import LineageCheck, Policy
from catalog.governance.verdict import Compliance, Status
from catalog.graph import Node
from catalog.projection import Projection
from catalog.store.port import ChangeSet
from catalog.store.registry import open_store
from ingest.event import recognise
from ingest.policies.ready import example_events, example_text, ready_ids, ready_text
from ingest.replay import interpret_again
from tests.api.asking import Cli
from tests.api.conftest import cli as cli
from tests.api.graphql.world import World
from tests.governance.test_ready import NOW
from tests.governance.test_ready import policy as ready_policy
from tests.governance.test_shape_check import BASE
from tests.governance.test_stores import SPRING, document

ASKED = """{ verdicts(first: 100) { state notEvaluated { policy reason }
  edges { node { status target { key } message } } }
  policies: compliance(by: POLICY) { edges { node { of state } } }
  products: compliance(by: PRODUCT) { edges { node { of state } } }
  domains: compliance(by: DOMAIN) { edges { node { of state } } } }"""


def kind(policy: Policy) -> tuple[str, ...]:
    """What sort of check it is: its kind, of rules which one, of what, and what is followed."""
    check = policy.check
    if not isinstance(check, LineageCheck):
        return (str(policy.kind),)
    return (str(check.rule), check.of, *sorted(check.told))


KINDS = {kind(one): one for one in map(ready_policy, ready_ids())}
"""A ready policy of each kind of check."""


@dataclass(frozen=True)
class Meshes:
    """Stores with a ready policy and one of its examples, made once each."""

    folder: Path

    def url(self, id_: str, *, passes: bool, more: str = "") -> str:
        name = f"{id_}-{passes}-{len(more)}.db"
        url = f"sqlite:///{self.folder}/{name}"
        if not (self.folder / name).exists():
            said = [
                document(ready_text(id_), "policy.yaml", SPRING),
                document(example_text(id_, passes=passes), "mesh.yaml", SPRING),
                *(
                    recognise(line, received_ns=NOW)
                    for line in example_events(id_, passes=passes).splitlines()
                ),
            ]
            said += [document(more, "more.yaml", SPRING)] if more else []
            store = open_store(url)
            Projection(store, interpret_again).apply(said)
            store.close()
        return url


@pytest.fixture(scope="module")
def meshes(tmp_path_factory: pytest.TempPathFactory) -> Meshes:
    return Meshes(tmp_path_factory.mktemp("faults"))


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL + 1):
        yield


@dataclass(frozen=True)
class Seen:
    """What people see: the exit code of the command, what it and GraphQL say of the mesh and of the policy (``whole``),
    of products and domains (``parts``), and of each thing; ``errors``: that GraphQL answers with one."""

    code: int
    whole: set[str] = field(default_factory=set)
    parts: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    errors: bool = False


def report(cli: Cli, url: str) -> set[str]:
    """What the reports say of the mesh; of SHACL that something does not conform is told by the state alone."""
    states = set()
    code, out, _ = cli("policy", "report", "--format", "json", "--store", url)
    if out.startswith("{"):
        states.add(json.loads(out)["check"]["state"])
    shacl, turtle, _ = cli("policy", "report", "--format", "turtle", "--store", url)
    if "COMPLIANT" not in states or code != exit_codes.OK:
        assert "sh:conforms true" not in turtle
    if states & {"UNKNOWN"} or not states:
        assert (code, shacl) == (exit_codes.COULD_NOT, exit_codes.COULD_NOT)
    return states


def seen(cli: Cli, url: str) -> Seen:
    every = [option for one in Status for option in ("--status", one.value)]
    code, out, _ = cli("policy", "check", *every, "--store", url, "--json")
    reported = report(cli, url)
    store = open_store(url)
    try:
        found = World(store).answer(ASKED)
    finally:
        store.close()
    said = json.loads(out) if out.startswith("{") else None
    statuses = {} if said is None else {one["target"]: one["status"] for one in said["items"]}
    if found.errors or said is None:
        assert found.errors
        assert "COMPLIANT" not in reported
        return Seen(code, set() if said is None else {said["state"]}, statuses=statuses, errors=True)
    told: Any = found.data
    assert {e["node"]["target"]["key"]: e["node"]["status"] for e in told["verdicts"]["edges"]} == statuses
    whole = {said["state"], told["verdicts"]["state"]}
    assert reported == whole
    rows = {by: [edge["node"] for edge in told[by]["edges"]] for by in ("policies", "products", "domains")}
    return Seen(
        code,
        whole | {one["state"] for one in rows["policies"]},
        {one["of"]: one["state"] for one in (*rows["products"], *rows["domains"])},
        statuses,
        tuple(one["reason"] for one in said["notEvaluated"]),
    )


@pytest.mark.parametrize("of", KINDS, ids="-".join)
def test_sound_evaluator__says_that_the_mesh_complies(of: tuple[str, ...], meshes: Meshes, cli: Cli) -> None:
    found = seen(cli, meshes.url(KINDS[of].id, passes=True))
    assert (found.code, found.reasons, set(found.statuses.values())) == (exit_codes.OK, (), {"PASS"})
    assert found.whole == {"COMPLIANT"}


# Faults of checks: each says how the answer of a check is spoiled.

Judge = Callable[..., Any]
Spoil = Callable[[Judge], Judge]


def raises(judge: Judge) -> Judge:
    def broken(*given: Any) -> Any:
        raise ZeroDivisionError

    return broken


def gives_nothing(judge: Judge) -> Judge:
    return lambda *given: None


def says_nothing(judge: Judge) -> Judge:
    return lambda *given: {}


def speaks_of_another(judge: Judge) -> Judge:
    return lambda *given: {"product/nobody": HOLDS}


def does_not_know(judge: Judge) -> Judge:
    return lambda *given: dict.fromkeys(judge(*given), Outcome(None))


def leaves_one_out(judge: Judge) -> Judge:
    return lambda *given: dict(list(judge(*given).items())[1:])


SHOWN: list[Spoil] = [raises, leaves_one_out]
OTHERS: list[Spoil] = [gives_nothing, says_nothing, speaks_of_another, does_not_know]


def spoil(patch: pytest.MonkeyPatch, how: Spoil) -> None:
    patch.setattr(shape, "judge", how(shape.judge))
    patch.setattr(query, "judge", how(query.judge))
    patch.setattr(evaluation, "judge_lineage", how(lineage.judge))


@pytest.mark.parametrize("how", SHOWN, ids=lambda how: how.__name__)
@pytest.mark.parametrize("of", KINDS, ids="-".join)
def test_broken_check__is_told_as_not_evaluated(
    of: tuple[str, ...], how: Spoil, meshes: Meshes, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, how)

    found = seen(cli, meshes.url(KINDS[of].id, passes=True))

    left_out = {key for key, status in found.statuses.items() if status == "NOT_EVALUATED"}
    assert (found.code, found.whole) == (exit_codes.COULD_NOT, {"UNKNOWN"})
    assert found.reasons
    assert left_out == (found.statuses.keys() if how is not leaves_one_out else {min(found.statuses)})
    assert {found.parts[key] for key in left_out & found.parts.keys()} <= {"UNKNOWN"}


@pytest.mark.parametrize("of", KINDS, ids="-".join)
def test_check_that_answers_badly__passes_nothing(
    of: tuple[str, ...], meshes: Meshes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(meshes.url(KINDS[of].id, passes=True))
    for how in OTHERS:
        with monkeypatch.context() as patch, store.read() as reader, open_queries(reader, BASE) as queries:
            spoil(patch, how)
            found = evaluate(reader, now_ns=NOW, queries=queries)
        assert {one.status for one in found.verdicts} == {Status.NOT_EVALUATED}
        assert (found.compliance, bool(found.unevaluated)) == (Compliance.UNKNOWN, True)
    store.close()


# Faults around the checks


def _raise(*given: Any, **more: Any) -> Any:
    raise ZeroDivisionError


def _leave(*given: Any, **more: Any) -> Any:
    raise StoreUnavailable("It went away.")


ONE = KINDS[("shape",)], KINDS[("crossing", "DataProduct")]
AROUND: list[tuple[str, Any, str, Any]] = [
    ("scope", scoping, "problem", _raise),
    ("targets", scoping, "inside", _raise),
    ("things", evaluation, "pages", lambda *given: iter(())),
    ("layers", evaluation, "compile_layers", _raise),
    ("stored", evaluation, "stored", _raise),
    ("waivers", evaluation, "standings", _raise),
    ("store-of-things", evaluation, "pages", _leave),
    ("store-of-policies", evaluation, "stored", _leave),
]


@pytest.mark.parametrize(
    ("module", "name", "broken"), [one[1:] for one in AROUND], ids=[one[0] for one in AROUND]
)
@pytest.mark.parametrize("policy", ONE, ids=lambda one: one.id)
def test_evaluator_that_breaks_elsewhere__is_never_green(
    policy: Policy,
    module: Any,
    name: str,
    broken: Any,
    meshes: Meshes,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, name, broken)

    found = seen(cli, meshes.url(policy.id, passes=True))

    assert found.code == exit_codes.COULD_NOT
    assert found.whole <= {"UNKNOWN"}
    assert set(found.parts.values()) <= {"UNKNOWN"}
    assert found.statuses == {}


def test_query_without_a_budget__is_told_as_not_evaluated(
    meshes: Meshes, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkerProcess, "ask", _time_out)

    found = seen(cli, meshes.url(KINDS[("query",)].id, passes=True))

    assert (found.code, found.whole) == (exit_codes.COULD_NOT, {"UNKNOWN"})
    assert set(found.statuses.values()) == {"NOT_EVALUATED"}
    assert found.reasons == ("The query took longer than its budget of 5 s.",)


def _time_out(*given: Any, **more: Any) -> Any:
    raise TimeoutError


def test_mesh_that_cannot_be_read__is_told_as_not_evaluated(
    meshes: Meshes, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ground, "mesh", property(_raise))

    found = seen(cli, meshes.url(KINDS[("crossing", "DataProduct")].id, passes=True))

    assert (found.code, found.whole, found.errors) == (exit_codes.COULD_NOT, {"UNKNOWN"}, True)
    assert set(found.statuses.values()) == {"NOT_EVALUATED"}


# What is stored is broken


def spoiled(meshes: Meshes, id_: str, key: str, folder: Path, *, passes: bool, **properties: Any) -> str:
    """A copy of a store in which a node says something else."""
    copy = folder / "spoiled.db"
    shutil.copyfile(meshes.url(id_, passes=passes, more=WAIVER).removeprefix("sqlite:///"), copy)
    store = open_store(f"sqlite:///{copy}")
    with store.read() as reader:
        node = reader.nodes([key])[key]
    changed = Node(node.key, node.label, {**node.properties, **properties})
    store.write(lambda transaction: transaction.apply(ChangeSet(nodes={key: changed})))
    store.close()
    return f"sqlite:///{copy}"


WAIVED = "active-products-are-complete"
WAIVER = f"""meshline: 1
waivers:
  - {{id: w, policy: {WAIVED}, target: {{product: orders}}, reason: It moves., approver: governance,
     expiresAt: 2199-01-01}}
"""


@pytest.mark.parametrize(
    "said",
    [{"check": "{"}, {"check": "{}"}, {"check": '{"shape":{"of":"Nothing"}}'}, {"severity": "loud"},
     {"scope": "universe"}],
    ids=["no-json", "no-check", "unknown-label", "severity", "scope"],
)  # fmt: skip
def test_policy_that_cannot_be_read__is_told_as_not_evaluated(
    said: dict[str, str], meshes: Meshes, cli: Cli, tmp_path: Path
) -> None:
    url = spoiled(meshes, WAIVED, f"policy/{WAIVED}", tmp_path, passes=True, **said)

    found = seen(cli, url)

    assert (found.code, found.whole, found.statuses) == (exit_codes.COULD_NOT, {"UNKNOWN"}, {})
    assert len(found.reasons) == 1
    assert set(found.parts.values()) == {"UNKNOWN"}


def test_waiver_in_force__waives(meshes: Meshes, cli: Cli) -> None:
    found = seen(cli, meshes.url(WAIVED, passes=False, more=WAIVER))
    assert (found.code, found.statuses["product/orders"]) == (exit_codes.OK, "WAIVED")


@pytest.mark.parametrize("said", [{"expiresAt": "one day"}, {"expiresAt": "2001-01-01T00:00:00Z"}])
def test_waiver_that_cannot_be_read_or_is_over__waives_nothing(
    said: dict[str, str], meshes: Meshes, cli: Cli, tmp_path: Path
) -> None:
    found = seen(cli, spoiled(meshes, WAIVED, "waiver/w", tmp_path, passes=False, **said))

    assert (found.code, found.statuses["product/orders"]) == (exit_codes.BLOCK, "FAIL")
    assert found.whole == {"NOT_COMPLIANT"}
