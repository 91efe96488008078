"""Curations as they come: entries made in the plainest way, and generated ones over the small world of the events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from catalog.curation import Aspect
from catalog.curation_value import read_value
from catalog.identity import CurationId, DatasetId, ResourceId
from catalog.projection import Said
from ingest.curation import curation_entry

Draw = Callable[[st.SearchStrategy[Any]], Any]

TEAMS = ("team/orders", "team/finance")
RECEIVED_NS = int(datetime(2024, 5, 1, 12, tzinfo=UTC).timestamp()) * 10**9


def minute_ns(minute: int) -> int:
    """A minute of 2024-05-01 10:00, as the generated events have them."""
    return int(datetime(2024, 5, 1, 10, minute, tzinfo=UTC).timestamp()) * 10**9


def curation(
    subject: str, aspect: Aspect, value: dict[str, Any] | None, minute: int = 0, **said: str | None
) -> Said:
    """The entry of a curation at a minute, and what it says."""
    read = None if value is None else read_value(aspect, value)
    return curation_entry(
        CurationId(subject, aspect), read, at_ns=minute_ns(minute), received_ns=RECEIVED_NS, **said
    )


def values(aspect: Aspect, datasets: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Values of an aspect; ``datasets``: the keys of those that may be bound or covered."""
    agents = st.sampled_from((*TEAMS, "person/ada"))
    instants = st.sampled_from(("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"))
    role = st.fixed_dictionaries(
        {"agent": agents, "role": st.sampled_from(("steward", "approver"))},
        optional={"since": instants, "until": instants},
    )
    tag = st.fixed_dictionaries(
        {"tag": st.sampled_from(("pii", "gold"))}, optional={"value": st.sampled_from(("yes", "no"))}
    )
    agreement: dict[str, st.SearchStrategy[Any]] = {
        "purpose": st.just("reports"),
        "validUntil": instants,
        "grantedTo": agents,
        "covers": st.lists(st.sampled_from(datasets), max_size=1),
    }
    split = st.permutations(datasets).map(lambda some: {"bound": some[:1], "rejected": some[1:2]})
    found: dict[Aspect, st.SearchStrategy[Any]] = {
        Aspect.OWNER: agents.map(lambda agent: {"agent": agent}),
        Aspect.ROLES: st.lists(role, max_size=2).map(lambda roles: {"roles": roles}),
        Aspect.TAGS: st.lists(tag, max_size=2).map(lambda tags: {"tags": tags}),
        Aspect.TERMS: st.just({"terms": ["term/order"]}),
        Aspect.CLASSIFICATIONS: st.just({"classifications": ["classification/secret"]}),
        Aspect.DESCRIPTION: st.sampled_from(("curated", "curated otherwise")).map(
            lambda text: {"text": text}
        ),
        Aspect.DOMAIN: st.sampled_from(("domain/shop", "domain/finance")).map(lambda one: {"domain": one}),
        Aspect.BINDING: split,
        Aspect.AGREEMENT: st.fixed_dictionaries(
            {"status": st.sampled_from(("pending", "approved"))}, optional=agreement
        ),
    }
    return (found | sign_off_values(datasets))[aspect]


def sign_off_values(datasets: tuple[str, ...]) -> dict[Aspect, st.SearchStrategy[Any]]:
    """Values of the aspects of proposals, answers and deprecations."""
    instants = st.sampled_from(("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"))
    digests = st.sampled_from(("d1", "d2"))
    change = st.fixed_dictionaries(
        {"subject": st.sampled_from(datasets), "kind": st.sampled_from(("FIELD_REMOVED", "VALUES_CHANGED"))},
        optional={"path": st.just("x"), "confidence": st.sampled_from((0.25, 0.8)), "file": st.just("a.sql")},
    )
    shown = st.lists(st.fixed_dictionaries({"agent": st.sampled_from(TEAMS), "digest": digests}), max_size=2)
    proposal = st.fixed_dictionaries(
        {
            "title": st.sampled_from(("Drop x", "Drop more")),
            "changes": st.lists(change, min_size=1, max_size=3).map(lambda some: {"changes": some}),
            "shown": shown,
        },
        optional={"deadline": instants, "team": st.sampled_from(TEAMS), "author": st.just("ada")},
    )
    answer = st.fixed_dictionaries(
        {
            "proposal": st.just("proposal/one"),
            "agent": st.just(TEAMS[0]),
            "answer": st.sampled_from(("APPROVED", "BLOCKED")),
            "shown": digests,
        },
        optional={"note": st.just("because")},
    )
    deprecation = {"removal": instants, "reason": st.just("old"), "instead": st.sampled_from(datasets)}
    return {
        Aspect.PROPOSAL: proposal,
        Aspect.CLOSING: st.sampled_from(("done", "withdrawn")).map(lambda word: {"status": word}),
        Aspect.FORCE: digests.map(lambda one: {"reason": "late", "digest": one}),
        Aspect.SIGN_OFF: answer,
        Aspect.DEPRECATION: st.fixed_dictionaries({}, optional=deprecation),
    }


@st.composite
def curations(
    draw: Draw, names: tuple[tuple[str, str], ...], jobs: tuple[tuple[str, str], ...], minute: int
) -> Said:
    """A curation of a dataset, a field, a job, a product, a port, an agreement or a proposal, at a minute."""
    datasets = tuple(DatasetId(*one).key for one in names)
    aspect = draw(st.sampled_from(Aspect))
    subjects: tuple[str, ...] = (
        *datasets,
        DatasetId(*names[0]).field("x").key,
        *(ResourceId("job", one).key for one in jobs),
        "product/sales",
        "team/orders",
    )
    if aspect is Aspect.AGREEMENT:
        subjects = ("agreement/one", "agreement/two")
    elif aspect is Aspect.BINDING:
        subjects = ("output-port/sales/orders", "schema/orders/1.0.0/orders")
    elif aspect in (Aspect.PROPOSAL, Aspect.CLOSING, Aspect.FORCE):
        subjects = ("proposal/one", "proposal/two")
    elif aspect is Aspect.SIGN_OFF:
        subjects = ("sign-off/one/team%2Forders",)
    elif aspect is Aspect.DEPRECATION:
        subjects = (*datasets, DatasetId(*names[0]).field("x").key, "output-port/sales/orders")
    value = draw(st.none() | values(aspect, datasets[:3]))
    actor = draw(st.sampled_from((None, "ada", "bob")))
    return curation(draw(st.sampled_from(subjects)), aspect, value, minute, actor=actor)
