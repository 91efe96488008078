"""Reading RDF text: one graph is one text however it is written; what is broken is told with its place."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.contexts import MESHLINE_CONTEXT, bundled
from ontology.errors import (
    MalformedRdf,
    RdfError,
    RdfTooLarge,
    RemoteContext,
    TangledRdf,
    UnsupportedRdf,
)
from ontology.rdf import Iri
from ontology.rdf_reading import RdfLimits, RdfSyntax, Text, read_canonical, read_rdf

BASE = "http://example.org/"
STRING = "http://www.w3.org/2001/XMLSchema#string"

TURTLE = """
@prefix dct: <http://purl.org/dc/terms/> .
<orders> dct:title "Orders"@en ; dct:publisher [ dct:title "Shop" ] ; dct:extent 3 .
"""
JSON_LD = {
    "@context": {"dct": "http://purl.org/dc/terms/"},
    "@id": "orders",
    "dct:extent": 3,
    "dct:publisher": {"dct:title": "Shop"},
    "dct:title": {"@value": "Orders", "@language": "en"},
}
CANONICAL = (
    '<http://example.org/orders> <http://purl.org/dc/terms/extent> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    "<http://example.org/orders> <http://purl.org/dc/terms/publisher> _:c14n0 .\n"
    '<http://example.org/orders> <http://purl.org/dc/terms/title> "Orders"@en .\n'
    '_:c14n0 <http://purl.org/dc/terms/title> "Shop" .\n'
)


def read(text: str | bytes, syntax: RdfSyntax = RdfSyntax.TURTLE, limits: RdfLimits | None = None) -> str:
    data = text.encode() if isinstance(text, str) else text
    return read_rdf(data, syntax, base=BASE, limits=limits).content


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        (RdfSyntax.TURTLE, TURTLE),
        (RdfSyntax.TRIG, TURTLE),
        (RdfSyntax.JSON_LD, json.dumps(JSON_LD)),
        (RdfSyntax.N_QUADS, CANONICAL.replace("c14n0", "whoever")),
        (RdfSyntax.N_TRIPLES, "".join(reversed(CANONICAL.splitlines(keepends=True)))),
    ],
)
def test_content__is_one_text_in_every_syntax(syntax: RdfSyntax, text: str) -> None:
    assert read(text, syntax) == CANONICAL


def test_statements__of_the_content_are_those_that_were_read() -> None:
    document = read_rdf(TURTLE.encode(), RdfSyntax.TURTLE, base=BASE)

    assert read_canonical(document.content) == document.statements
    assert document.statements[2].object == Text(
        "Orders", f"{'http://www.w3.org/1999/02/22-rdf-syntax-ns#'}langString", "en"
    )


def test_graphs__keep_their_names() -> None:
    [statement] = read_rdf(b'<http://g> { <http://s> <http://p> "o" }', RdfSyntax.TRIG, base=BASE).statements

    assert statement == (Iri("http://s"), Iri("http://p"), Text("o", STRING), Iri("http://g"))


@pytest.mark.parametrize(
    ("syntax", "text", "line", "column"),
    [
        (RdfSyntax.TURTLE, "<a> <b> <c> .\n<d> <e>\n", 3, 1),
        (RdfSyntax.TURTLE, '<a> <b> "c" .\n<d e> <f> "g" .', 2, 1),
        (RdfSyntax.N_QUADS, '<http://a> <http://b> "c" .\n<http://a> <http://b> .\n', 2, 23),
        (RdfSyntax.TURTLE, b'<a> <b> "\xff" .', 1, 10),
        (RdfSyntax.JSON_LD, '{\n  "@id": "a"\n  "b": 1\n}', 3, 3),
        (RdfSyntax.JSON_LD, '{"@id": "a",\n "b": NaN}', 2, 7),
        (RdfSyntax.JSON_LD, '{"@id": "a",\n "b": 1e999}', 2, 7),
        (RdfSyntax.JSON_LD, b'{"@id":\n "\xff"}', 2, 3),
        (RdfSyntax.JSON_LD, "", 1, 1),
        (RdfSyntax.JSON_LD, '{"http://b": 1,\n "http://b": 2}', 1, 2),
    ],
)
def test_broken_text__is_told_with_line_and_column(
    syntax: RdfSyntax, text: str | bytes, line: int, column: int
) -> None:
    with pytest.raises(MalformedRdf) as caught:
        read(text, syntax)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(f"Line {line}, column {column}: ")


def test_id_beside_at_id__names_both_and_the_line() -> None:
    text = f'{{"@context": "{MESHLINE_CONTEXT}",\n "id": "orders", "@id": "http://example.org/orders"}}'

    with pytest.raises(
        MalformedRdf, match=r'both "id" \("orders"\) and "@id" \("http://example.org/orders"\)'
    ) as caught:
        read(text, RdfSyntax.JSON_LD)

    assert caught.value.line == 2


def test_id_beside_at_id__is_no_matter_where_no_context_makes_them_one() -> None:
    document = read_rdf(b'{"id": 1, "@id": "a", "http://p": "o"}', RdfSyntax.JSON_LD, base=BASE)

    assert len(document.statements) == 1
    assert document.undefined == {"id": 1}


def test_keys_without_definition__are_counted_at_every_depth() -> None:
    text = json.dumps([{"@id": "a", "http://p": [{"x": 1}, {"x": 2, "y": 3}]}, {"@id": "b", "y": "z"}])

    document = read_rdf(text.encode(), RdfSyntax.JSON_LD, base=BASE)

    assert document.undefined == {"x": 2, "y": 2}


@pytest.mark.parametrize("iri", bundled())
def test_bundled_contexts__are_read_and_give_labels_a_meaning(iri: str) -> None:
    text = {"@context": [iri, {"name": "http://purl.org/dc/terms/title"}], "@id": "http://x", "name": "y"}

    assert read(json.dumps(text), RdfSyntax.JSON_LD) == '<http://x> <http://purl.org/dc/terms/title> "y" .\n'


def test_context_of_dprod__puts_terms_into_the_namespace_of_its_address() -> None:
    text = {
        "@context": "https://ekgf.github.io/dprod/dprod.jsonld",
        "id": "http://x",
        "dataProductOwner": "http://y",
    }

    assert read(json.dumps(text), RdfSyntax.JSON_LD) == (
        "<http://x> <https://ekgf.github.io/dprod/dataProductOwner> <http://y> .\n"
    )


class _Seen(BaseHTTPRequestHandler):
    requests: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.requests.append(self.path)
        self.send_error(404)


@pytest.mark.parametrize(
    "context",
    [
        '"{url}"',
        '["{url}"]',
        '{{"@import": "{url}", "@version": 1.1}}',
        '{{"name": {{"@id": "http://p", "@context": "{url}"}}}}',
    ],
)
def test_remote_contexts__are_refused_and_no_request_is_made(context: str) -> None:
    _Seen.requests = []
    with HTTPServer(("127.0.0.1", 0), _Seen) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/c.jsonld"
        text = f'{{"@context": {context.format(url=url)},\n "@id": "a", "name": {{"name": "x"}}}}'
        with pytest.raises(RemoteContext) as caught:
            read(text, RdfSyntax.JSON_LD)
        server.shutdown()
        thread.join()

    assert _Seen.requests == []
    assert url in caught.value.message
    assert "Line 1, column" in caught.value.message
    assert set(bundled()) <= set(
        caught.value.hint.rstrip(".").replace("or name a bundled one: ", "").split(", ")
    )


def test_contexts__do_not_make_a_document_grow_beyond_the_bound() -> None:
    one = {"@context": MESHLINE_CONTEXT, "@id": "http://x"}
    text = json.dumps([one] * 200)

    with pytest.raises(RdfTooLarge, match="contexts put in"):
        read(text, RdfSyntax.JSON_LD, RdfLimits(bytes=len(text) + 10_000))


def test_bounds__of_bytes_and_of_statements() -> None:
    text = "".join(f'<http://x/{n}> <http://p> "o" .\n' for n in range(11))

    assert read(text, limits=RdfLimits(bytes=len(text), quads=11))
    with pytest.raises(RdfTooLarge, match=r"more than 10 statements"):
        read(text, limits=RdfLimits(quads=10))
    with pytest.raises(RdfTooLarge, match=r"more than 300 bytes"):
        read(text, limits=RdfLimits(bytes=300))


def test_triple_terms__are_refused() -> None:
    with pytest.raises(UnsupportedRdf):
        read("<http://s> <http://p> <<( <http://s> <http://p> 1 )>> .")


def _complete(nodes: int) -> str:
    pairs = ((one, other) for one in range(nodes) for other in range(nodes) if one != other)
    return "".join(f"_:n{one} <http://p> _:n{other} .\n" for one, other in pairs)


@pytest.mark.parametrize(
    "text",
    [
        _complete(9),
        "".join(f"_:n{n} <http://p> _:n{n + 1} .\n" for n in range(19_000)),
        "".join(
            f"<http://x> <http://q> _:p{p} .\n_:p{p} <http://c> _:c{p}x{c} .\n"
            for p in range(2)
            for c in range(11)
        ),
    ],
    ids=["complete", "chain", "twins"],
)
def test_blank_nodes__that_would_take_years_to_name_are_refused_at_once(text: str) -> None:
    with pytest.raises(TangledRdf):
        read(text, RdfSyntax.N_QUADS)


def test_blank_nodes__that_are_alike_but_not_tangled_are_named() -> None:
    text = "".join(f"<http://x> <http://q> _:b{n} .\n_:b{n} <http://p> 'same' .\n" for n in range(500))

    assert len(read(text).splitlines()) == 1000


def test_blank_nodes__too_many_are_refused() -> None:
    with pytest.raises(RdfTooLarge, match="blank nodes"):
        read("".join(f'_:b{n} <http://p> "{n}" .\n' for n in range(20_001)), RdfSyntax.N_QUADS)


_MARKS = '<http://a> _:b "x" @en ^^ . { } [ ] ( ) ; a @prefix : "@id": "@context": , \\u "@list": 1 null <<( )>> @base'
_SCRAPS = st.lists(st.sampled_from(_MARKS.split()), max_size=30).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(RdfSyntax), st.binary(max_size=60) | _SCRAPS.map(str.encode))
def test_any_bytes__are_read_or_refused_in_our_words(syntax: RdfSyntax, data: bytes) -> None:
    try:
        document = read_rdf(data, syntax, base=BASE)
    except RdfError:
        return
    assert read_canonical(document.content) == document.statements


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["a:b", "_:c"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "@type", "@context", "@value", "@list", "@graph", "@reverse", "@language", "id"]
            )
            | st.sampled_from(
                ["http://p", "x", "@set", "@included", "@index", "@vocab", "@base", "@nest", "@json"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_any_json__is_read_or_refused_in_our_words(value: object) -> None:
    try:
        document = read_rdf(json.dumps(value).encode(), RdfSyntax.JSON_LD, base=BASE)
    except RdfError:
        return
    assert read_canonical(document.content) == document.statements


def test_mark_of_utf8__is_passed_over() -> None:
    assert read(b"\xef\xbb\xbf" + TURTLE.encode()) == CANONICAL


@pytest.mark.parametrize("text", ["null", "3", '"text"', "true"])
def test_json_that_describes_nothing__is_no_empty_document(text: str) -> None:
    with pytest.raises(MalformedRdf, match="an object or an array"):
        read(text, RdfSyntax.JSON_LD)
