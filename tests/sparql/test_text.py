"""What a query is, seen from its words, and that no spelling of SERVICE gets through to the network."""

import random
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from ontology.errors import MalformedQuery, QueryError, QueryRefused
from ontology.sparql import Question, RdfStore
from ontology.sparql_text import UPDATES, QueryForm, prefixes_of, query_form
from tests.sparql.asking import JSON


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", QueryForm.SELECT),
        ("select*{}", QueryForm.SELECT),
        ("SELECTDISTINCT * {}", QueryForm.SELECT),
        (
            "# ASK\nPREFIX ask: <http://example.org/DESCRIBE#>\nBASE <http://a/> CONSTRUCT WHERE {}",
            QueryForm.CONSTRUCT,
        ),
        ("ASK{}", QueryForm.ASK),
        ("BASE<http://a/>describe <x>", QueryForm.DESCRIBE),
    ],
)
def test_form__is_told_by_the_first_word_behind_the_prologue(text: str, form: QueryForm) -> None:
    assert query_form(text) is form


def test_prefixes__are_those_that_the_query_declares() -> None:
    text = "prefix a: <http://a/> PREFIX : <http://b/#>\nPREFIX c: <d> SELECT * { a:PREFIX :x <http://e/> }"

    assert prefixes_of(text) == {"a": "http://a/", "": "http://b/#"}


@pytest.mark.parametrize("text", ["", "# SELECT", "SHOW TABLES", "{}", "<http://a/SELECT>"])
def test_form__of_something_else_is_malformed(text: str) -> None:
    with pytest.raises(MalformedQuery):
        query_form(text)


@pytest.mark.parametrize("word", UPDATES)
def test_form__of_an_update_is_refused(word: str) -> None:
    with pytest.raises(QueryRefused, match="cannot be changed"):
        query_form(f"PREFIX e: <http://e/> {word.lower()} DATA {{ e:a e:b e:c }}")


CALLS = (
    "SELECT * { SERVICE <http://{host}/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://{host}/> { ?s ?p ?o } }",
    "PREFIX : <http://{host}/> SELECT * { ?s ?p ?o . SERVICE:x { ?a ?b ?c } }",
    "PREFIX e: <http://{host}/> SELECT * { SERVICEe:x { ?a ?b ?c } }",
    "PREFIX : <http://{host}/> SELECT * { ?s ?p trueSERVICE:x { ?a ?b ?c } }",
    "PREFIX : <http://{host}/> SELECT * { ?s ?p 1SERVICE:x { ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s)SERVICE#>\n<http://{host}/>{ ?a ?b ?c } }",
    "SELECT * { ?s ?p ?o FILTER(?o<?s)SERVICESILENT#>\n<http://{host}/>{ ?a ?b ?c } }",
    "SELECT * { BIND(<http://{host}/> AS ?x) SERVICE?x{ ?s ?p ?o } }",
    "SELECT * { ?s ?p '# ''' . SERVICE <http://{host}/> { ?s ?p ?o } }",
    "SELECT * { # it's '''\n SERVICE <http://{host}/> { ?s ?p ?o } # '''\n }",
    "SELECT * { { SELECT * { SERVICE <http://{host}/> { ?s ?p ?o } } } }",
    "ASK { FILTER EXISTS { SERVICE <http://{host}/> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://{host}/> { ?s ?p ?o } }",
    "SELECT * FROM <http://{host}/> { SERVICE <http://{host}/> { ?s ?p ?o } }",
)


@pytest.mark.parametrize("text", CALLS)
def test_service__is_refused_however_it_is_spelled(text: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        query_form(text.replace("{host}", "127.0.0.1"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'customer service' }",
        'SELECT * { ?s ?p """the "SERVICE <x> {" of a day""" }',
        "SELECT ?service { ?service ?p $SERVICE }",
        "PREFIX service: <http://example.org/service#> SELECT * { ?s a service:Service ; service:x service:y }",
        "PREFIX e: <http://e/> SELECT * { GRAPH e:service { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o } # SERVICE <x> {}",
        "SELECT * { <http://example.org/service> ?p ?o }",
        "PREFIX e: <http://e/> SELECT * { ?s e:it\\'s e:service }",
    ],
)
def test_service__may_be_a_word_in_names_and_strings(text: str) -> None:
    assert query_form(text) is QueryForm.SELECT


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the requests that it has seen."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_error(500)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


PIECES = (
    *(
        "SERVICE",
        "service",
        "SILENT",
        "<http://{host}/>",
        "<",
        ">",
        "{",
        "}",
        "{?a ?b ?c}",
        "#",
        "\n",
        "'",
        '"',
    ),
    *(
        "'''",
        '"""',
        "?s ?p ?o",
        "FILTER(?o<?s)",
        "FILTER(?o>?s)",
        ".",
        ";",
        ":x",
        "e:a",
        "true",
        "1",
        "\\",
        "_:b",
    ),
    *(
        "OPTIONAL",
        "UNION",
        "BIND(1 AS ?z)",
        "GRAPH",
        "@en",
        "^^",
        " ",
        " ",
        "\t",
        "|",
        "(",
        ")",
        "a",
        "VALUES",
    ),
)


def test_service__is_not_reached_by_any_random_query(elsewhere: tuple[str, list[str]]) -> None:
    """Queries that pass the look at their words are run by the engine, without the fence of the worker."""
    host, seen = elsewhere
    chance = random.Random(4)
    store = RdfStore(None)
    store.load(b'<http://e/s> <http://e/p> "x" <http://e/g> .')
    ran = 0
    for _ in range(20_000):
        around = chance.choice(
            ["SELECT * { ?s ?p ?o %s }", "SELECT * { %s SERVICE<http://{host}/>{?a ?b ?c} %s }"]
        )
        pieces = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 8)))
        others = "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 4)))
        text = around.replace("%s", pieces, 1).replace("%s", others)
        text = "PREFIX : <http://{host}/> PREFIX e: <http://{host}/> ".replace(" ", "\n") + text
        try:
            store.answer(Question(text.replace("{host}", host), JSON, 10_000))
            ran += 1
        except QueryError:
            continue
    assert seen == []
    assert ran > 100


FENCED = """
import sys
from pyoxigraph import Store
from api.sparql.fence import deny_sockets
assert deny_sockets()
for text in sys.argv[1:]:
    try:
        list(Store().query(text))
    except OSError as error:
        print(error)
"""


def test_fence__lets_no_call_through_that_the_words_did_not_show(elsewhere: tuple[str, list[str]]) -> None:
    host, seen = elsewhere
    calls = [text.replace("{host}", host) for text in CALLS[:2]]
    process = subprocess.run(
        [sys.executable, "-c", FENCED, *calls], capture_output=True, text=True, check=True
    )

    assert process.stdout.lower().count("denied") == 1  # SILENT says nothing
    assert seen == []


def test_elsewhere__would_see_a_call_without_the_fence(elsewhere: tuple[str, list[str]]) -> None:
    host, seen = elsewhere
    program = FENCED.replace("assert deny_sockets()", "")
    subprocess.run([sys.executable, "-c", program, CALLS[0].replace("{host}", host)], check=True)

    assert seen == ["/"]
