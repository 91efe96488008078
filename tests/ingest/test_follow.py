"""Files that are still written: whole lines alone, rotation, truncation, folders, documents, long lines."""

import json
import os
import threading
from pathlib import Path

import pytest

from ingest.files import FileLimits, Found, Item, NotRead
from ingest.follow import Follower


def told(follower: Follower) -> list[str]:
    return [_told(item) for item in follower.look()]


def _told(item: Item) -> str:
    if isinstance(item, Found):
        return item.data.decode()
    return f"{item.error.code} {Path(item.source).name}" if isinstance(item, NotRead) else ""


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.log"


def test_line__counts_once_it_ends(path: Path) -> None:
    follower = Follower([str(path)])
    assert told(follower) == []
    append(path, '{"a": 1}\n{"b"')
    assert told(follower) == ['{"a": 1}']
    assert told(follower) == []
    append(path, ": 2}\n\n{}\n")
    assert told(follower) == ['{"b": 2}', "{}"]


def test_last_line__counts_without_its_end_where_nothing_comes_any_more(path: Path) -> None:
    append(path, '{"a": 1}\n{"b": 2}')
    assert told(Follower([str(path)], to_the_end=True)) == ['{"a": 1}', '{"b": 2}']


def test_source__names_the_line(path: Path) -> None:
    append(path, "1\n\n2\n")
    assert [item.source for item in Follower([str(path)]).look()] == [f"{path}:1", f"{path}:3"]


def test_rotated_file__is_read_from_its_beginning(path: Path) -> None:
    follower = Follower([str(path)])
    append(path, "1\n2\n")
    assert told(follower) == ["1", "2"]
    os.rename(path, path.with_suffix(".1"))
    append(path, "3\n4\n5\n")
    assert told(follower) == ["3", "4", "5"]


def test_what_came_before_the_rotation__is_read_first(path: Path) -> None:
    follower = Follower([str(path)])
    append(path, "1\n")
    assert told(follower) == ["1"]
    append(path, "2\n3\n")
    os.rename(path, path.with_suffix(".1"))
    append(path, "4\n")
    assert told(follower) == ["2", "3", "4"]
    assert told(follower) == []


def test_truncated_file__is_read_from_its_beginning(path: Path) -> None:
    follower = Follower([str(path)])
    append(path, "1\n2\n")
    told(follower)
    path.write_text("3\n")
    assert told(follower) == ["3"]


def test_file_that_is_truncated_and_written_anew__is_read_from_its_beginning(path: Path) -> None:
    follower = Follower([str(path)])
    append(path, "a1\n")
    told(follower)
    path.write_text("b1\nb2\n")  # longer than what was read
    assert told(follower) == ["b1", "b2"]
    path.write_text("c1\nc2\n")  # as long
    assert told(follower) == ["c1", "c2"]
    append(path, "c3\n")
    assert told(follower) == ["c3"]


def test_line_that_is_too_long__is_told_once_and_the_next_is_read(path: Path) -> None:
    follower = Follower([str(path)], FileLimits(event_bytes=10))
    append(path, "x" * 25)
    assert told(follower) == ["too-large events.log:1"]
    append(path, "y" * 25 + "\n")
    append(path, "short\n")
    assert told(follower) == ["short"]


def test_folder__gives_lines_and_documents_as_they_come(tmp_path: Path) -> None:
    follower = Follower([str(tmp_path)])
    (tmp_path / "a.ndjson").write_text("1\n")
    (tmp_path / "b.json").write_text(json.dumps({"n": 2}, indent=1))
    (tmp_path / "c.txt").write_text("no\n")
    assert [json.loads(text) for text in told(follower)] == [1, {"n": 2}]
    assert told(follower) == []
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "d.json").write_text("{}")
    append(tmp_path / "a.ndjson", "3\n")
    assert told(follower) == ["3", "{}"]


def test_document_that_changed__is_read_again(tmp_path: Path) -> None:
    follower, file = Follower([str(tmp_path)]), tmp_path / "a.json"
    file.write_text('{"half":')
    first = told(follower)
    assert len(first) == 1
    file.write_text('{"half": 1, "whole": 2}')
    assert [json.loads(text) for text in told(follower)] == [{"half": 1, "whole": 2}]


def test_file_that_cannot_be_read__is_told_once(path: Path) -> None:
    path.mkdir()
    named = path / "x.ndjson"
    os.symlink(named, named)  # a loop: it is there, and cannot be opened
    follower = Follower([str(path), str(named)])
    assert told(follower) == []
    append(path / "y.ndjson", "1\n")
    assert told(follower) == ["1"]


def test_items__end_when_told(path: Path) -> None:
    append(path, "1\n")
    stop = threading.Event()
    found: list[str] = []
    for item in Follower([str(path)]).items(stop):
        if item is None:
            stop.set()
        else:
            found.append(_told(item))
    assert found == ["1"]
