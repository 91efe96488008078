"""No text harms the service: it ends soon, reaches nothing, and the others of its batch are answered."""

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from catalog.impact.job_binder import BindStatus, JobBinder, JobText
from ingest.binding import SqlBinder
from ingest.binding.process import ChildProcess
from tests.binding.told import TARGET, bind, columns, table

T = table("t", "a INTEGER; b VARCHAR")
UNDECIDED = BindStatus.UNDECIDED


@pytest.fixture
def fresh() -> Iterator[SqlBinder]:
    with closing(SqlBinder()) as opened:
        yield opened


@pytest.mark.parametrize(
    "text",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/hostname')",
        "select * from '/etc/passwd'",
        "select * from glob('/*')",
        "copy (select 1 as a) from '/etc/passwd'",
        "install httpfs; load httpfs; select * from read_parquet('http://localhost/x.parquet')",
        "attach '/tmp/x.db' as x; select * from x.t",
        "set enable_external_access = true; select * from read_csv('/etc/passwd')",
        "set lock_configuration = false; create table x as select * from read_text('/etc/hostname')",
        "pragma database_list; export database '/tmp/x'",
        "execute p",
        "create or replace secret s (type s3)",
        "select getenv('PATH')",
    ],
)
def test_what_is_outside__is_not_reached(binder: SqlBinder, text: str) -> None:
    assert bind(binder, text, T).status is UNDECIDED


def test_file__is_not_written(binder: SqlBinder, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    found = bind(binder, f"copy (select a from t) to '{file}'; copy t to '{file}' (header)", T, query=False)

    assert (found.status, list(tmp_path.iterdir())) == (BindStatus.BOUND, [])


def test_text__finds_nothing_of_the_one_before(binder: SqlBinder) -> None:
    makes = """create table left_over as select 1 as a; create temp table temporary as select 1 as a;
        create schema s; create table s.x as select 1 as a; create macro m(x) as x + 1; create type k as enum ('a')"""
    assert bind(binder, makes, query=False).status is BindStatus.BOUND

    for query in ("from left_over", "from temporary", "from s.x", "select m(1)", "select 'a'::k", "from t"):
        assert bind(binder, query).status is UNDECIDED, query


def test_running__is_not_what_is_done(binder: SqlBinder) -> None:
    endless = "with recursive r as (select 1 as n union all select n + 1 from r) select n from r"
    started = time.process_time()
    assert columns(bind(binder, endless)) == [("n", "INTEGER")]
    assert columns(bind(binder, "select * from range(1_000_000_000_000) a(x), range(1_000_000) b(y)")) == [
        ("x", "BIGINT"),
        ("y", "BIGINT"),
    ]
    made = bind(binder, "create table x as select sum(range) as s from range(1_000_000_000_000)", query=False)
    assert columns(made, ("x",)) == [("s", "HUGEINT")]
    assert time.process_time() - started < 1


HOSTILE = {
    "many columns": "select 1" + ", 1" * 60_000,
    "many unions": " union all ".join(["select a from t"] * 6_000),
    "stars of stars": "with a0 as (select * from t)"
    + "".join(f", a{n + 1} as (select * from a{n} x, a{n} y)" for n in range(24))
    + " select * from a24",
    "brackets": "select " + "(" * 5_000 + "1" + ")" * 5_000,
    "subqueries": "select * from " + "(select * from " * 2_000 + "t" + ")" * 2_000,
    "negations": "select " + "not " * 20_000 + "true",
    "long": "select '" + "x" * 300_000 + "'",
    "sums": "select " + " + ".join(["a"] * 20_000) + " from t",
    "quotes": "'" * 9_999,
    "zero": "select 1\0 from t",
    "surrogate": "select '\ud800' from t",
    "commands": "; ".join(["create table x as select * from t; drop table x"] * 3_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text__ends_soon_and_the_others_are_answered(fresh: SqlBinder, name: str) -> None:
    good = JobText("select a from t", "duckdb", (T,), TARGET)
    other = JobText("select b from t", "duckdb", (T,), TARGET)
    started = time.monotonic()
    first, hostile, last = fresh.bind([good, JobText(HOSTILE[name], "duckdb", (T,), TARGET), other])

    assert (first.status, last.status) == (BindStatus.BOUND, BindStatus.BOUND)
    assert hostile.status in (UNDECIDED, BindStatus.BOUND)
    assert time.monotonic() - started < 15


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "nonsense", None])
def test_hostile_text_of_another_dialect__gets_an_answer(binder: SqlBinder, dialect: str | None) -> None:
    for text in ("select " + "(" * 3_000, "", ";;", "{{ ref('x') }}", "select * from t where \ud800"):
        assert bind(binder, text, T, dialect=dialect).status is UNDECIDED or text in ("", ";;")


def test_hostile_names_and_types__are_names_and_types(binder: SqlBinder) -> None:
    odd = table('a"b.c;d.e--f', 'x" y INTEGER; drop table INT)) || ((1; END VARCHAR); DROP TABLE t; --')
    found = bind(binder, 'select * from "a""b"."c;d"."e--f"', odd)

    assert found.status is BindStatus.BOUND
    assert bind(binder, "select 1 as a", table("system.main.x", "a INTEGER")).status is BindStatus.BOUND
    assert bind(binder, "select 1 as a", table("a.b.c.d.e", "a INTEGER")).status is BindStatus.BOUND
    assert bind(binder, "select 1 as a", table("", "")).status is BindStatus.BOUND


def test_child_that_is_killed__is_begun_anew(fresh: SqlBinder) -> None:
    assert bind(fresh, "select a from t", T).status is BindStatus.BOUND
    process = fresh.process_id
    assert process is not None
    os.kill(process, 9)
    while Path(f"/proc/{process}/stat").read_text().split()[2] != "Z":
        time.sleep(0.01)
    one, other = (bind(fresh, f"select a as {name} from t", T).status for name in ("x", "y"))

    assert (one, other) == (BindStatus.BOUND, BindStatus.BOUND)


def test_threads__share_one_child(fresh: SqlBinder) -> None:
    def ask(number: int) -> list[tuple[str, str | None]]:
        return columns(bind(fresh, f"select a + {number} as c{number} from t", T))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(40)))
    assert found == [[(f"c{number}", "INTEGER")] for number in range(40)]


def test_binder__begins_with_the_first_text_and_ends_when_it_is_closed() -> None:
    binder: JobBinder = SqlBinder()
    assert isinstance(binder, SqlBinder)
    assert (binder.process_id, list(binder.bind([]))) == (None, [])
    assert bind(binder, "select a from t", T).status is BindStatus.BOUND
    process = binder.process_id
    assert process is not None
    binder.close()

    assert not Path(f"/proc/{process}").exists()
    assert binder.process_id is None


def test_what_all_texts_share__is_named_by_none(fresh: SqlBinder) -> None:
    kind = 'create type "Meshline_Host".main.geography as integer'
    assert bind(fresh, kind, query=False).status is UNDECIDED

    assert not bind(fresh, "select g from t", table("t", "g geography")).exact


def test_service_with_many_connections__is_answered(fresh: SqlBinder) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2_000:
        pytest.skip("this machine allows fewer than 2,000 descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2_000), hard))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1_100)]
    try:
        assert bind(fresh, "select a from t", T).status is BindStatus.BOUND
    finally:
        for one in opened:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_exchange_that_is_broken_off__answers_no_other_text(
    fresh: SqlBinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_child: ChildProcess, _process: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ChildProcess, "_line", stopped)
        with pytest.raises(KeyboardInterrupt):
            bind(fresh, "select nothing_of_the_kind from t", T)

    assert columns(bind(fresh, "select a from t", T)) == [("a", "INTEGER")]


def test_text_that_was_not_asked__is_asked_the_next_time(
    fresh: SqlBinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.binding.process.MAX_LOST", 1)
    killer = JobText("select '\ud800'", "duckdb", (T,), TARGET)
    good = JobText("select a from t", "duckdb", (T,), TARGET)

    assert [found.status for found in fresh.bind([killer, good])] == [UNDECIDED, UNDECIDED]
    assert [found.status for found in fresh.bind([killer, good])] == [UNDECIDED, BindStatus.BOUND]
