"""What SQL tells: edges between datasets, fields and jobs, of origin PARSED."""

from catalog.identity import DatasetId
from catalog.store.port import ALL_TIME, Store
from ontology.vocabulary import Rel
from tests.derivation.cases import MART, RAW, STG, dataset_event, fields, holder, parsed, run, settled

STAGING = "select id, amount as total from shop.raw.orders where ok"


def test_sql__tells_columns_filters_and_their_use(store: Store) -> None:
    settled(store, [run("stage", 1, STAGING, [holder(RAW, "id", "amount", "ok")], [holder(STG)])])

    with store.read() as reader:
        assert parsed(reader, "stage", Rel.FEEDS) == {
            ("raw.orders#id", "stg.orders#id", "IDENTITY"),
            ("raw.orders#amount", "stg.orders#total", "IDENTITY"),
        }
        assert parsed(reader, "stage", Rel.INFLUENCES) == {("raw.orders#ok", "stg.orders", "FILTER")}
        assert parsed(reader, "stage", Rel.USED_BY) == {
            ("raw.orders#id", "stage", "SELECT"),
            ("raw.orders#amount", "stage", "SELECT"),
            ("raw.orders#ok", "stage", "FILTER"),
        }


def test_sql__infers_the_schema_that_nobody_sent(store: Store) -> None:
    settled(store, [run("stage", 1, STAGING, [holder(RAW, "id", "amount", "ok")], [holder(STG)])])

    with store.read() as reader:
        assert parsed(reader, "stage", Rel.HAS_FIELD) == {
            ("stg.orders", "stg.orders#id", "1", "int"),
            ("stg.orders", "stg.orders#total", "2", "int"),
        }
        assert fields(reader, STG) == {
            "id": {"inferred": True, "ordinal": 1, "type": "int"},
            "total": {"inferred": True, "ordinal": 2, "type": "int"},
        }


def test_sql__a_star_is_resolved_through_a_chain_of_inferred_schemas(store: Store) -> None:
    events = [
        run("mart", 2, "select * from stg.orders", [holder(STG)], [holder(MART)]),
        run("stage", 1, STAGING, [holder(RAW, "id", "amount", "ok")], [holder(STG)]),
    ]

    settled(store, events[:1])
    settled(store, events[1:])

    with store.read() as reader:
        assert parsed(reader, "mart", Rel.FEEDS) == {
            ("stg.orders#id", "mart.daily#id", "IDENTITY"),
            ("stg.orders#total", "mart.daily#total", "IDENTITY"),
        }
        assert parsed(reader, "mart", Rel.USED_BY) == {
            ("stg.orders#id", "mart", "SELECT", "True"),
            ("stg.orders#total", "mart", "SELECT", "True"),
        }
        assert set(fields(reader, MART)) == {"id", "total"}


def test_sql__a_star_is_resolved_through_more_texts_than_there_are_jobs(store: Store) -> None:
    """Each reads what the next one made: the first text of a job hangs on the last one."""
    steps = [DatasetId("shop", f"step.s{number}") for number in range(6)]
    stars = [
        run(
            "odd" if number % 2 else "even",
            number,
            f"create table step.s{number} as select * from step.s{number + 1}",
            [holder(steps[number + 1])],
            [holder(steps[number])],
        )
        for number in range(5)
    ]

    settled(store, [*stars, run("odd", 5, "create table step.s5 as select 1 as x", [], [holder(steps[5])])])

    with store.read() as reader:
        told = parsed(reader, "odd", Rel.HAS_FIELD, ALL_TIME) | parsed(
            reader, "even", Rel.HAS_FIELD, ALL_TIME
        )
        assert {dataset for dataset, *_ in told} == {f"step.s{number}" for number in range(6)}


def test_sql__infers_one_schema_of_two_texts_that_hold_at_once__that_of_the_later(store: Store) -> None:
    one = run("stage", 1, "select 1 as id, 2 as total", [], [holder(STG)], type_="START", number=1)
    two = run("stage", 2, "select 1 as id, 'x' as note", [], [holder(STG)], type_="START", number=2)

    settled(store, [two, one])

    with store.read() as reader:
        columns = {target for _, target, *_ in parsed(reader, "stage", Rel.HAS_FIELD)}
        assert columns == {"stg.orders#id", "stg.orders#note"}


def test_sql__tells_the_inputs_and_outputs_that_the_producer_left_out(store: Store) -> None:
    said = [
        dataset_event(1, RAW, "id"),
        run("stage", 2, f"create table stg.orders as {STAGING}", [], [holder(STG)]),
        run("mart", 3, "insert into mart.daily select total from stg.orders", [holder(STG)], []),
        dataset_event(4, MART, "total"),
    ]

    settled(store, said)

    with store.read() as reader:
        assert parsed(reader, "stage", Rel.CONSUMED_BY) == {("raw.orders", "stage")}
        assert parsed(reader, "stage", Rel.PRODUCES) == set()
        assert parsed(reader, "mart", Rel.CONSUMED_BY) == set()
        assert parsed(reader, "mart", Rel.PRODUCES) == {("mart", "mart.daily")}


def test_sql__is_believed_before_a_schema_without_types(store: Store) -> None:
    """Such schemas are of the columns that somebody has described, not of all."""
    described = holder(STG, schema={"fields": [{"name": "total", "description": "all of it"}]})
    said = [
        run("stage", 1, STAGING, [holder(RAW, "id", "amount", "ok")], [described]),
        run("mart", 2, "select * from stg.orders", [holder(STG)], [holder(MART)]),
    ]

    settled(store, said)

    with store.read() as reader:
        assert parsed(reader, "mart", Rel.FEEDS) == {
            ("stg.orders#id", "mart.daily#id", "IDENTITY"),
            ("stg.orders#total", "mart.daily#total", "IDENTITY"),
        }


def test_sql__of_a_star_over_described_columns_goes_on_behind_them(store: Store) -> None:
    """dbt describes id alone; what the staging passes on by its star has amount as well."""
    described = {"schema": {"fields": [{"name": "id"}]}}
    settled(
        store,
        [
            run("stage", 1, "select * from shop.raw.orders", [holder(RAW, **described)], [holder(STG)]),
            run("mart", 2, "select id, amount from shop.stg.orders", [holder(STG)], [holder(MART)]),
        ],
    )

    with store.read() as reader:
        assert parsed(reader, "stage", Rel.FEEDS) >= {("raw.orders#id", "stg.orders#id", "IDENTITY")}
        assert parsed(reader, "mart", Rel.FEEDS) == {
            ("stg.orders#id", "mart.daily#id", "IDENTITY"),
            ("stg.orders#amount", "mart.daily#amount", "IDENTITY"),
        }
