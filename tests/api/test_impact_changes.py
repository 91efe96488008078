"""The options of ``meshline impact`` that say what is to change."""

import gzip
from pathlib import Path

import pytest

from api.commands.impact_changes import Asked, given_by
from api.errors import UsageError
from catalog.impact.change import Change, ChangeKind
from ingest.errors import CorruptArchive, Unreadable
from ingest.proposals.documents import GivenDocument, Wanted

K = ChangeKind


def test_options__give_each_change_of_the_dataset() -> None:
    given = given_by(
        Asked(
            *("orders", ["a"], ["b=c"], ["d=MAP(A=B)"], ["e=int"], ["f"], ["g"], ["h"]),
            drop_dataset=True,
            move="x.y",
        )
    )
    assert given.dataset == "orders"
    assert list(given.changes) == [
        Change("", K.FIELD_REMOVED, "a"),
        Change("", K.FIELD_RENAMED, "b", "b", "c"),
        Change("", K.TYPE_INCOMPATIBLE, "d", after="MAP(A=B)"),
        Change("", K.FIELD_ADDED, "e", after="int"),
        Change("", K.FIELD_NULLABLE, "f"),
        Change("", K.FIELD_REQUIRED, "g"),
        Change("", K.VALUES_CHANGED, "h"),
        Change("", K.DATASET_REMOVED),
        Change("", K.DATASET_MOVED, after="x.y"),
    ]


def test_options__read_files_also_those_of_gzip_as_what_they_are_meant_to_be(tmp_path: Path) -> None:
    plain, packed = tmp_path / "new.sql", tmp_path / "old.json.gz"
    plain.write_text("create table a (b int)", encoding="utf-8")
    packed.write_bytes(gzip.compress(b"{}"))
    given = given_by(Asked(ddl=[str(plain)], base=[str(packed)], dialect="duckdb", other_target=True))
    assert list(given.documents) == [
        GivenDocument(str(plain), "create table a (b int)", wanted=Wanted.DDL),
        GivenDocument(str(packed), "{}", base=True),
    ]
    assert (given.dialect, given.other_target) == ("duckdb", True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked("orders"), "No change is named"),
        (Asked(drop=["a"]), "It is not said which dataset is to change"),
        (
            Asked("o", rename=["a"], retype=["=b"]),
            "--rename 'a' is not OLD=NEW. --retype '=b' is not COL=TYPE.",
        ),
    ],
)
def test_options__that_say_nothing_whole_are_wrong_usage(asked: Asked, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        given_by(asked)
    assert said in str(raised.value)


def test_options__name_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    broken, binary = tmp_path / "broken.gz", tmp_path / "binary.sql"
    broken.write_bytes(gzip.compress(b"x" * 1000)[:20])
    binary.write_bytes(b"select 1;\n\xff")
    with pytest.raises(Unreadable, match="nowhere cannot be read"):
        given_by(Asked(ddl=["nowhere"]))
    with pytest.raises(CorruptArchive, match="does not inflate"):
        given_by(Asked(ddl=[str(broken)]))
    with pytest.raises(Unreadable, match="is not in UTF-8, line 2"):
        given_by(Asked(ddl=[str(binary)]))
