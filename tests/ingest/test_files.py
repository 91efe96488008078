"""Reading events from files, folders and standard input."""

import gzip
import io
from pathlib import Path

import pytest

from ingest.errors import CorruptArchive, TooLarge, Unparsable, Unreadable
from ingest.files import FileLimits, Found, Item, NotRead, PassedOver, read_paths

A, B = b'{"eventTime":1}', b'{"eventTime":2}'
SMALL = FileLimits(event_bytes=30, document_bytes=60)


def read(*paths: Path | str, limits: FileLimits | None = None, stdin: bytes = b"") -> list[Item]:
    return list(read_paths(map(str, paths), limits, io.BytesIO(stdin)))


def file(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["e.json", "e.json.gz", "E.JSON"])
@pytest.mark.parametrize(
    "data", [A + b"\n" + B, b"[" + A + b"," + B + b"]", b'{"events":[' + A + b"," + B + b"]}"]
)
def test_document__gives_its_events_by_position(tmp_path: Path, name: str, data: bytes) -> None:
    path = file(tmp_path, name, data)
    assert read(path) == [Found(f"{path}#0", A), Found(f"{path}#1", B)]


@pytest.mark.parametrize("name", ["e.ndjson", "e.jsonl", "e.jsonl.gz"])
def test_lines__give_their_events_by_line(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name, b"\xef\xbb\xbf" + A + b"\r\n\n  \ngarbage\n" + B)
    assert read(path) == [Found(f"{path}:1", A), Found(f"{path}:4", b"garbage"), Found(f"{path}:5", B)]


def test_folder__is_read_in_order_and_other_files_are_noted(tmp_path: Path) -> None:
    file(tmp_path, "b/2.json", B)
    file(tmp_path, "a.ndjson.gz", A)
    file(tmp_path, "MANIFEST.tsv", b"x")
    assert read(tmp_path) == [
        PassedOver(f"{tmp_path}/MANIFEST.tsv", "no JSON by its name (.json, .ndjson, .jsonl, also with .gz)"),
        Found(f"{tmp_path}/a.ndjson.gz:1", A),
        Found(f"{tmp_path}/b/2.json", B),
    ]


def test_gzip__is_known_by_its_bytes(tmp_path: Path) -> None:
    path = file(tmp_path, "e.json", gzip.compress(A))
    assert read(path) == [Found(str(path), A)]


@pytest.mark.parametrize(
    "data",
    [A + b"\n" + B + b"\n", b"[" + A + b"," + B + b"]", gzip.compress(A + b"\n" + B)],
    ids=["lines", "document", "gzip"],
)
def test_stdin__is_lines_or_a_document(data: bytes) -> None:
    assert [item.data for item in read("-", stdin=data) if isinstance(item, Found)] == [A, B]


def test_stdin__lines_recover_behind_a_bad_line() -> None:
    assert read("-", stdin=A + b"\n{bad\n" + B) == [
        Found("stdin:1", A),
        Found("stdin:2", b"{bad"),
        Found("stdin:3", B),
    ]


def test_stdin__is_streamed_by_line() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            line = A + b"\n"
            buffer[: len(line)] = line
            return len(line)

    items = read_paths(["-"], None, io.BufferedReader(Endless()))
    assert [next(items) for _ in range(3)] == [Found(f"stdin:{n}", A) for n in (1, 2, 3)]


def test_named_file_of_other_suffix__is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "events.log", A + b"\n" + B)
    assert read(path) == [Found(f"{path}:1", A), Found(f"{path}:2", B)]


def test_missing_file__is_told_and_the_next_is_read(tmp_path: Path) -> None:
    path = file(tmp_path, "e.json", A)
    first, second = read(tmp_path / "none.json", path)
    assert isinstance(first, NotRead)
    assert isinstance(first.error, Unreadable)
    assert second == Found(str(path), A)


def test_cut_document__is_told(tmp_path: Path) -> None:
    path = file(tmp_path, "e.json", A + B[:-1])
    first, second = read(path)
    assert first == Found(f"{path}#0", A)
    assert isinstance(second, NotRead)
    assert isinstance(second.error, Unparsable)


@pytest.mark.parametrize("keep", [5, 20, -5])
def test_cut_archive__is_told(tmp_path: Path, keep: int) -> None:
    path = file(tmp_path, "e.ndjson", gzip.compress(A + b"\n" + B)[:keep])
    last = read(path)[-1]
    assert isinstance(last, NotRead)
    assert isinstance(last.error, CorruptArchive)


def test_corrupt_archive__is_told(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(A * 50))
    data[15] ^= 0xFF
    last = read(file(tmp_path, "e.ndjson", bytes(data)))[-1]
    assert isinstance(last, NotRead)
    assert isinstance(last.error, CorruptArchive)


@pytest.mark.parametrize("name", ["e.ndjson", "e.ndjson.gz"])
def test_long_line__is_told_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name, A + b"\n" + b"x" * 100_000 + b"\n" + B)
    first, second, third = read(path, limits=SMALL)
    assert (first, third) == (Found(f"{path}:1", A), Found(f"{path}:3", B))
    assert isinstance(second, NotRead)
    assert isinstance(second.error, TooLarge)


@pytest.mark.parametrize("name", ["e.json", "e.json.gz", "e.log"])
def test_large_document__is_told(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name, b"[" + b",".join([A] * 100_000) + b"]")
    [item] = read(path, limits=SMALL)
    assert isinstance(item, NotRead)
    assert isinstance(item.error, TooLarge)


def test_corpus__has_500_events(corpus: Path) -> None:
    items = read(corpus / "openlineage")
    assert sum(isinstance(item, Found) for item in items) == 500
    assert [item for item in items if isinstance(item, NotRead)] == []
