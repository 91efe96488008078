"""The rule ``reach``: data of things with a tag, or of a classification, comes to a thing along lineage.

What carries a tag is a dataset, all of a product or port, what a contract promises, or the dataset of a field; it is
followed over whole datasets (``flow``). Classes are said of fields, and followed from field to field (``classified``):
what is masked, or only influences, does not count unless that is asked for. Data that a thing has itself does not come
to it. To a job comes what it reads. An access agreement in force that covers what it comes from, and is granted to the
product that has the thing, allows it, unless ``unlessAgreed`` is false.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from catalog.coverage import spoken
from catalog.governance.barriers import Barriers
from catalog.governance.checks.classified import Arrival, Classified, classes_meant
from catalog.governance.checks.flow import MAX_HOPS, Flow
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import (
    HOLDS,
    NotEvaluated,
    Outcome,
    Outcomes,
    edge_step,
    only_if_known,
    unknown,
)
from catalog.governance.checks.sphere import Agreed, Sphere, datasets_of, home_of, spheres
from catalog.governance.policy import LineageCheck
from catalog.governance.tags import carriers, is_known
from catalog.governance.verdict import Step
from catalog.graph import Node
from catalog.identity import kind_of
from ontology.vocabulary import Rel

MAX_SHOWN = 5


def judge(ground: Ground, check: LineageCheck, targets: Mapping[str, Node]) -> Outcomes:
    """What lineage says of products, ports, datasets, fields and jobs. Raises NotEvaluated."""
    if ground.gap is not None:
        raise NotEvaluated(ground.gap)
    told = check.told
    number = told.get("hops")
    hops = number if isinstance(number, int) else MAX_HOPS
    around = spheres(ground, targets)
    agreed = Agreed(ground, targets) if told.get("unlessAgreed", True) is True else None
    found: dict[str, Outcome] = dict.fromkeys(targets, HOLDS)
    if told.get("tags"):
        found = _of_tags(ground, _texts(told.get("tags")), hops, around, agreed)
    if told.get("classifications") or told.get("personalData") is True:
        also = _of_classes(ground, check, hops, around, agreed)
        found = {key: _worse(found[key], also[key]) for key in targets}
    until = None if agreed is None else ground.next_agreement_ns
    return found if until is None else {key: replace(one, until_ns=until) for key, one in found.items()}


def _texts(told: object) -> tuple[str, ...]:
    return told if isinstance(told, tuple) else ()


def _worse(one: Outcome, other: Outcome) -> Outcome:
    """What fails; else what is not known."""
    return min((one, other), key=lambda outcome: (False, None, True).index(outcome.holds))


# Tags


@dataclass(frozen=True, slots=True)
class _Start:
    """A tag, and what tells that something carries it."""

    tag: str
    step: Step


def _of_tags(
    ground: Ground, tags: Iterable[str], hops: int, around: Mapping[str, Sphere], agreed: Agreed | None
) -> dict[str, Outcome]:
    starts = _starts(ground, tags)
    flow = Flow(ground, starts, hops)
    coming = flow.coming(around)
    found = {}
    for key in around:
        arrived = [
            Arrival(start, f"tagged {starts[start].tag}", (starts[start].step, *map(edge_step, way)))
            for start, way in sorted(coming.get(key, {}).items())
        ]
        found[key] = only_if_known(_outcome(key, arrived, agreed), flow.gap)
    return found


def _starts(ground: Ground, tags: Iterable[str]) -> dict[str, _Start]:
    """The datasets of what carries one of the tags, by the names of their classes."""
    found: dict[str, _Start] = {}
    for tag in tags:
        if not is_known(ground, tag):
            raise NotEvaluated(f"There is no tag {tag!r}.")
        for key, step in carriers(ground, tag).items():
            for name in _tagged(ground, key):
                found.setdefault(name, _Start(tag, step))
    return found


def _tagged(ground: Ground, key: str) -> set[str]:
    """The datasets that are meant by a thing that carries a tag."""
    declared, kind = ground.mesh.declared, kind_of(key)
    if kind == "field":
        key, kind = home_of(ground, key), "dataset"
    match kind:
        case "dataset":
            ground.view.classes.close_datasets([key])
            return datasets_of(ground, key)
        case "product" | "output-port" | "schema":
            return datasets_of(ground, key)
        case "contract-version":
            schemas = declared.targets(key, Rel.HAS_SCHEMA)
            return {name for schema in schemas for name in datasets_of(ground, schema)}
        case "contract":
            versions = declared.sources(key, Rel.VERSION_OF)
            return {name for version in versions for name in _tagged(ground, version)}
        case "input-port" | "exposure" | "system" | "component":
            return set()  # no data is theirs
    raise NotEvaluated(f"{spoken(key)} carries the tag, and which data that is is not known.")


# Classes


def _of_classes(
    ground: Ground, check: LineageCheck, hops: int, around: Mapping[str, Sphere], agreed: Agreed | None
) -> dict[str, Outcome]:
    told = check.told
    personal = told.get("personalData") is True
    values = classes_meant(ground, _texts(told.get("classifications")), personal=personal)
    barriers = Barriers(masking=told.get("masked") is not True, influence=told.get("indirect") is not True)
    data = Classified(ground, values, barriers, hops)
    found = {key: _outcome(key, arrived, agreed) for key, arrived in data.coming(around).items()}
    doubtful = {
        key: {start for start in starts if agreed is None or not agreed.allows(start, key)}
        for key, starts in data.possible(around).items()
        if found[key].holds
    }
    reasons = data.unknown(around, {key: starts for key, starts in doubtful.items() if starts})
    found |= {key: unknown(reason) for key, reason in reasons.items()}
    return {key: only_if_known(one, data.gap) for key, one in found.items()}


def _outcome(key: str, coming: Iterable[Arrival], agreed: Agreed | None) -> Outcome:
    bad = [one for one in coming if agreed is None or not agreed.allows(one.start, key)]
    if not bad:
        return HOLDS
    steps = tuple(step for one in bad[:MAX_SHOWN] for step in one.steps)
    more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
    message = f"Data of {spoken(bad[0].start)}{more}, {bad[0].what}, comes to {spoken(key)}."
    return Outcome(False, message, steps)
