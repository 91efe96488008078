"""Finding documents in files, folders and standard input."""

import io
from pathlib import Path

import pytest

from ingest.documents.files import FoundDocument, Stranger, read_documents, recognised
from ingest.documents.syntax import Syntax, TextSyntax
from ingest.errors import TooLarge, Unreadable
from ingest.files import NotRead, PassedOver
from ontology.rdf_reading import RdfSyntax

TTL = b"<http://a> <http://b> <http://c> ."


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        (b' {"@id": "x"}', RdfSyntax.JSON_LD),
        (b"[ { } ]", TextSyntax.JSON),
        (b"[]", TextSyntax.JSON),
        (b"# ours\n\nmeshline: 1\n", TextSyntax.YAML),
        (b"---\napiVersion: v3.1.0\r\n", TextSyntax.YAML),
        (b"ex:a ex:b ex:c .", RdfSyntax.TRIG),
        (b"PREFIX ex: <http://x/>", RdfSyntax.TRIG),
        (b"[ a <http://x> ] .", RdfSyntax.TRIG),
        (TTL, RdfSyntax.TRIG),
        (b"@prefix : <x> .", RdfSyntax.TRIG),
        (b"{ <http://a> <http://b> 1 }", RdfSyntax.TRIG),
        (b'# c\n<http://a> <http://b> "c d"@en <http://g> .', RdfSyntax.N_QUADS),
        (b"_:a <http://b> <http://c> _:g .", RdfSyntax.N_QUADS),
        (b"", RdfSyntax.TRIG),
    ],
)
def test_recognised__by_content(data: bytes, syntax: Syntax) -> None:
    assert recognised(data) is syntax


def test_folder__is_read_in_order_and_what_is_no_document_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m" / "sub").mkdir(parents=True)
    for name, data in {
        "b.ttl": TTL,
        "a.nq": TTL,
        "sub/c.jsonld": b"{}",
        "event.json": b'{"eventTime": 1}',
        "ld.json": b'{"@id": "http://x"}',
        "notes.md": b"no",
        "compose.yaml": b"services: {}",
        "chart.yml": b"{{ no yaml",
        "broken.yaml": b"apiVersion: [",
        "pod.yaml": b"apiVersion: v1\nkind: Pod\n",
        ".git/config.yaml": b"apiVersion: v1",
        ".github/mesh.yaml": b"meshline: 1",
    }.items():
        (tmp_path / "m" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "m" / name).write_bytes(data)

    found = list(read_documents(["./m/"]))

    assert [(item.source, item.syntax) for item in found if isinstance(item, FoundDocument)] == [
        ("m/a.nq", RdfSyntax.N_QUADS),
        ("m/b.ttl", RdfSyntax.TURTLE),
        ("m/broken.yaml", TextSyntax.YAML),
        ("m/ld.json", RdfSyntax.JSON_LD),
        ("m/sub/c.jsonld", RdfSyntax.JSON_LD),
    ]
    alone = [item.passed_over if isinstance(item, Stranger) else item for item in found]
    assert [item.source for item in alone if isinstance(item, PassedOver)] == [
        "m/.github",
        "m/chart.yml",
        "m/compose.yaml",
        "m/event.json",
        "m/notes.md",
        "m/pod.yaml",
    ]


def test_standard_input__has_the_given_syntax() -> None:
    [found] = read_documents(["-"], RdfSyntax.N_TRIPLES, stdin=io.BytesIO(TTL))

    assert found == FoundDocument("-", TTL, RdfSyntax.N_TRIPLES)


def test_named_file__is_recognised_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "mesh").write_bytes(b'{"@graph": []}')

    [found] = read_documents([str(tmp_path / "mesh")])
    assert isinstance(found, FoundDocument)
    assert found.syntax is RdfSyntax.JSON_LD


def test_missing_file__is_told(tmp_path: Path) -> None:
    [found] = read_documents([str(tmp_path / "no.ttl")])

    assert isinstance(found, NotRead)
    assert isinstance(found.error, Unreadable)


class _Endless(io.RawIOBase):
    """A stream of Turtle without end, which tells how much of it was read."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.read_bytes += len(buffer)
        buffer[:] = TTL.ljust(len(buffer))[: len(buffer)]
        return len(buffer)


def test_document_beyond_the_bound__is_refused_and_no_more_of_it_is_read() -> None:
    stream = _Endless()

    stdin = io.BufferedReader(stream, 10)  # type: ignore[type-var]
    [found] = read_documents(["-"], RdfSyntax.TURTLE, max_bytes=1000, stdin=stdin)
    assert isinstance(found, NotRead)
    assert isinstance(found.error, TooLarge)
    assert stream.read_bytes < 2000
