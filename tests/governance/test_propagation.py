"""What follows from classes: contracts, datasets, people, what is not known, bounds."""

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from catalog.coverage import Reason, ReasonCode
from catalog.governance.barriers import USUAL, Barriers, Passing
from catalog.governance.holders import DatasetStanding, dataset_standings
from catalog.governance.propagation import Propagation, Standing, propagate, standings
from catalog.governance.sayings import Sayings
from catalog.governance.spread import MAX_FIELDS
from catalog.graph import Edge
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.memory import MemoryStore
from catalog.store.port import Store
from tests.governance.curated import curate
from tests.lineage.build import CountingReader
from tests.mesh.words import (
    Part,
    contract,
    dataset,
    edge,
    identity,
    job,
    mesh,
    node,
    properties,
    reads,
    schema_of,
    seen,
    writes,
)

EMAIL = "personal-data/email"


def column(name: str) -> str:
    home, path = name.split(".")
    return identity(home).field(path).key


def feeds(source: str, target: str, by: str = "load", **said: Any) -> Part:
    """A column edge, with what reads and writes."""
    ends = source.split(".")[0], target.split(".")[0]
    told = edge("FEEDS", column(source), column(target), origin="OBSERVED", via=job(by), **said)
    return [told, *reads(by, ends[0]), *writes(by, ends[1])]


def email_of(thing: str, **said: Any) -> Part:
    return [node(EMAIL, "PersonalDataCategory", level=2), edge("CLASSIFIED_AS", thing, EMAIL, **said)]


CHAIN: list[Part] = [
    *(seen("raw", "email", "id"), seen("clean", "email"), seen("page", "mail", "code")),
    feeds("raw.email", "clean.email", "clean"),
    feeds("clean.email", "page.mail", "show", subtype="TRANSFORMATION"),
    feeds("clean.email", "page.code", "show", masking=True),
]


def ask(
    store: Store,
    *fields: str,
    barriers: Barriers = USUAL,
    at: int | None = None,
    max_fields: int = MAX_FIELDS,
) -> dict[str, Standing]:
    with store.read() as reader:
        view = View(reader, at)
        keys = [column(field) for field in fields]
        found = standings(view, Sayings(view, Mesh(reader, at)), keys, barriers, max_fields)
    return {field: found[column(field)] for field in fields}


def ask_dataset(store: Store, name: str) -> DatasetStanding:
    with store.read() as reader:
        view = View(reader, None)
        return dataset_standings(view, Sayings(view, Mesh(reader)), [dataset(name)])[dataset(name)]


def spread_of(store: Store, *values: str, max_fields: int = MAX_FIELDS) -> Propagation:
    with store.read() as reader:
        view = View(reader, None)
        return propagate(view, Sayings(view, Mesh(reader)), values or (EMAIL,), max_fields=max_fields)


def test_class__is_derived_along_the_shortest_route_and_ends_at_masking() -> None:
    found = ask(mesh(*CHAIN, email_of(column("raw.email"))), "page.mail", "page.code", "raw.id")
    (derived,) = found["page.mail"].derived
    assert [hop.edge.via for hop in derived.route] == [job("clean"), job("show")]
    assert (derived.value, derived.saying.holder) == (EMAIL, column("raw.email"))
    assert found["page.code"].derived == ()
    (stopped,) = found["page.code"].stopped
    assert (stopped.passing, stopped.saying.holder, len(stopped.route)) == (
        Passing.MASKED,
        column("raw.email"),
        2,
    )
    assert found["raw.id"] == Standing(column("raw.id"))


def test_class__of_a_dataset_holds_for_all_of_its_fields() -> None:
    found = ask(mesh(*CHAIN, email_of(dataset("raw"))), "raw.id", "raw.email", "page.mail")
    assert [one.holder for one in found["raw.id"].said] == [dataset("raw")]
    assert [one.saying.holder for one in found["page.mail"].derived] == [dataset("raw")]


@pytest.mark.parametrize("of_the_schema", [True, False])
def test_class__of_a_contract_is_of_the_fields_that_it_is_bound_to(of_the_schema: bool) -> None:
    schema = schema_of("raw", "raw")
    promised: Part = [
        *contract("raw", {"raw": {}}),
        *properties(schema, EMAIL="text"),
        edge("BOUND_TO", schema, dataset("raw")),
        *email_of(schema if of_the_schema else "schema-property/raw/1.0.0/raw/EMAIL"),
    ]
    store = mesh(*CHAIN, promised)
    found = ask(store, "raw.email", "raw.id", "page.mail")
    assert len(found["raw.email"].said) == 1
    assert bool(found["raw.id"].said) is of_the_schema
    assert [one.value for one in found["page.mail"].derived] == [EMAIL]
    assert spread_of(store).reached == {column(one): {EMAIL} for one in ("clean.email", "page.mail")}


def test_person__overrules_what_is_derived_there_and_behind_it() -> None:
    store = mesh(*CHAIN, email_of(column("raw.email")))
    assert ask(store, "page.mail")["page.mail"].values == {EMAIL}
    curate(store, column("clean.email"), [], actor="ada", why="only the domain is left")
    found = ask(store, "clean.email", "page.mail")
    clean = found["clean.email"]
    assert clean.overruled is not None
    assert (clean.overruled.actor, clean.overruled.why) == ("ada", "only the domain is left")
    assert (clean.values, found["page.mail"].values) == (frozenset(), frozenset())
    assert [(one.value, one.passing) for one in clean.stopped] == [(EMAIL, Passing.OVERRULED)]
    assert found["page.mail"].unknown == ()
    curate(store, column("clean.email"), None, minute=1)
    assert ask(store, "page.mail")["page.mail"].values == {EMAIL}


def test_person__gives_a_class_in_place_of_what_is_derived() -> None:
    store = mesh(*CHAIN, email_of(column("raw.email")))
    curate(store, column("clean.email"), ["classification/internal"])
    found = ask(store, "clean.email", "page.mail")
    assert found["clean.email"].values == found["page.mail"].values == {"classification/internal"}


def test_person__who_overrules_does_not_take_away_what_a_document_says_of_the_field_itself() -> None:
    store = mesh(*CHAIN, email_of(column("clean.email")), email_of(dataset("clean")))
    curate(store, column("clean.email"), [])
    found = ask(store, "clean.email")["clean.email"]
    assert [one.holder for one in found.said] == [column("clean.email")]


def test_class__is_gone_with_its_reason() -> None:
    def until(told: Part) -> Part:
        return [replace(one, valid_to=5) if isinstance(one, Edge) else one for one in told]

    without_lineage = mesh(
        CHAIN[0], CHAIN[1], CHAIN[2], until(CHAIN[3]), CHAIN[4], email_of(column("raw.email"))
    )
    without_class = mesh(*CHAIN, until(email_of(column("raw.email"))))
    for store in (without_lineage, without_class):
        assert ask(store, "page.mail", at=4)["page.mail"].values == {EMAIL}
        assert ask(store, "page.mail", at=5)["page.mail"].values == frozenset()


def test_aggregate__carries_unless_it_is_declared_to_stop() -> None:
    store = mesh(
        *(seen("raw", "email"), seen("sums", "first")),
        feeds("raw.email", "sums.first", subtype="AGGREGATION"),
        email_of(column("raw.email")),
    )
    assert ask(store, "sums.first")["sums.first"].values == {EMAIL}
    declared = ask(store, "sums.first", barriers=Barriers(aggregation=True))["sums.first"]
    assert declared.values == frozenset()
    assert [one.passing for one in declared.stopped] == [Passing.AGGREGATED]


def test_influence__informs_and_is_no_class() -> None:
    told = edge("INFLUENCES", column("raw.email"), column("sums.n"), origin="OBSERVED", via=job("load"))
    store = mesh(seen("raw", "email"), seen("sums", "n"), [told], email_of(column("raw.email")))
    found = ask(store, "sums.n")["sums.n"]
    assert (found.values, [one.passing for one in found.stopped]) == (frozenset(), [Passing.INFORMED])


def test_sql__counts_only_where_no_producer_tells_of_the_same_columns() -> None:
    parsed: Part = [
        edge("FEEDS", column("clean.email"), column("page.code"), origin="PARSED", via=job("show"))
    ]
    masked = mesh(*CHAIN, parsed, email_of(column("raw.email")))
    assert ask(masked, "page.code")["page.code"].values == frozenset()
    alone = mesh(*CHAIN[:5], parsed, email_of(column("raw.email")))
    assert ask(alone, "page.code")["page.code"].values == {EMAIL}


def reasons(found: Iterable[Reason]) -> list[ReasonCode]:
    return [one.code for one in found]


BLIND: list[Part] = [
    *(seen("dark", "x"), seen("raw", "email", "id")),
    [*reads("blind", "dark"), *writes("blind", "raw")],
]


def test_lineage__without_columns_is_told_as_not_known_all_the_way_down() -> None:
    store = mesh(*CHAIN, *BLIND)
    found = ask(store, "raw.email", "page.mail", "page.code")
    for name in ("raw.email", "page.mail"):
        assert found[name].derived == ()
        (reason,) = found[name].unknown
        assert reason.code is ReasonCode.NO_COLUMN_LINEAGE
        assert job("blind") in reason.keys
    assert found["page.code"].unknown == ()  # whatever it is, it comes masked


def test_lineage__without_columns_is_no_matter_where_a_person_decided() -> None:
    store = mesh(*CHAIN, *BLIND)
    curate(store, column("clean.email"), [])
    assert ask(store, "page.mail")["page.mail"].unknown == ()


def test_spread__tells_where_lineage_without_columns_leads_on() -> None:
    dark: Part = [*reads("blind", "clean"), *writes("blind", "dark")]
    found = spread_of(mesh(*CHAIN, dark, email_of(column("raw.email"))))
    assert [(one.code, one.keys) for one in found.unknown] == [
        (ReasonCode.NO_COLUMN_LINEAGE, (job("blind"), dataset("dark")))
    ]


def test_statement__that_a_dataset_comes_from_another_without_columns_is_told_as_not_known() -> None:
    stated: Part = [edge("HAD_DERIVATION", dataset("dark"), dataset("raw"))]
    found = ask(mesh(*CHAIN, seen("dark", "x"), stated), "page.mail")["page.mail"]
    assert reasons(found.unknown) == [ReasonCode.NO_COLUMN_LINEAGE]


def test_dataset__stands_as_its_fields_do() -> None:
    found = ask_dataset(mesh(*CHAIN, email_of(column("raw.email"))), "page")
    assert found.values == {EMAIL}
    assert [one.field for one in found.fields if one.derived] == [column("page.mail")]
    assert found.unknown == ()


def test_dataset__without_known_fields_is_not_known() -> None:
    found = ask_dataset(mesh(*CHAIN, [*reads("blind", "raw"), *writes("blind", "bare")]), "bare")
    assert sorted(reasons(found.unknown)) == [ReasonCode.NO_COLUMN_LINEAGE, ReasonCode.NO_FIELDS]


def test_bound__is_told_and_never_silent() -> None:
    store = mesh(*CHAIN, email_of(column("raw.email")))
    found = ask(store, "page.mail", max_fields=2)["page.mail"]
    assert (found.derived, reasons(found.unknown)) == ((), [ReasonCode.MAX_NODES])
    assert ReasonCode.MAX_NODES in reasons(spread_of(store, max_fields=2).unknown)
    assert spread_of(store).unknown == ()


def test_spread__tells_where_it_ends() -> None:
    store = mesh(*CHAIN, email_of(column("raw.email")))
    found = spread_of(store)
    assert found.reached == {column(one): {EMAIL} for one in ("clean.email", "page.mail")}
    assert [(one.field, one.passing) for one in found.stopped()] == [(column("page.code"), Passing.MASKED)]


def questions_of(width: int) -> int:
    parts: list[Part] = [seen("raw", "email"), email_of(column("raw.email"))]
    for number in range(width):
        parts += [seen(f"t{number}", "a"), feeds("raw.email", f"t{number}.a", f"j{number}")]
    store = mesh(*parts, store=MemoryStore())
    with store.read() as reader:
        known = Mesh(reader)
        counting = CountingReader(reader)
        view = View(counting, None)  # type: ignore[arg-type]
        sayings = Sayings(view, known)
        keys = [column(f"t{number}.a") for number in range(width)]
        assert all(one.derived for one in standings(view, sayings, keys).values())
        assert len(propagate(view, sayings, [EMAIL]).reached) == width
        return counting.questions


def test_questions__do_not_grow_with_fields() -> None:
    assert questions_of(2) == questions_of(40)
