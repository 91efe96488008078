"""The facts of one node as a plain page: no script, nothing from elsewhere, links to the nodes beside it."""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape

from catalog.coverage import spoken
from ontology.rdf import NS, RDF, RDFS, Iri, Typed, Value

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, td, h1 { overflow-wrap: anywhere }
table { border-collapse: collapse }
th, td { text-align: left; vertical-align: top; padding: .2rem 1.5rem .2rem 0 }
th { font-weight: normal; opacity: .75; white-space: nowrap }
td { white-space: pre-wrap }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{_HASH}'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Nothing runs and nothing is fetched, whatever a producer has written into a name."""
_PREFIXES = {"mesh": NS, "rdf": RDF, "rdfs": RDFS}
_UNSHOWN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

Triples = Iterable[tuple[str, str, Value]]


def page(key: str, base: str, triples: Triples) -> str:
    """A whole HTML document. Links are relative, so that they hold behind a proxy and under another base IRI."""
    iri = base + key
    up = "../" * key.count("/")
    about: list[tuple[str, str]] = []
    leaving: list[tuple[str, str]] = []
    entering: list[tuple[str, str]] = []
    notes: list[str] = []
    for subject, predicate, value in triples:
        if subject == iri:
            is_node = isinstance(value, Iri) and value.startswith(base)
            (leaving if is_node else about).append((predicate, _value(value, base, up)))
        elif value == iri and subject.startswith(base) and not subject.endswith("?answer"):
            entering.append((predicate, _node(subject, base, up)))
        elif not isinstance(value, Iri):
            notes.append(f"<p><strong>{_text(str(value))}</strong></p>")
    title = _text(spoken(key))
    parts = [
        f"<h1><bdi>{title}</bdi></h1>",
        f"<p><code>{_text(iri)}</code></p>",
        *notes,
        _table("about", "What it is", about),
        _table("outgoing", "It leads to", leaving),
        _table("incoming", "What leads to it", entering),
        "<p>By the header <code>Accept</code> this address answers in Turtle, N-Triples and JSON-LD too.</p>",
    ]
    meta = '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">'
    head = f"{meta}\n<title>{title}</title>\n<style>{_STYLE}</style>"
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{_lines(parts)}</body>\n</html>\n'


def _lines(parts: Iterable[str]) -> str:
    return "".join(f"{part}\n" for part in parts if part)


def _table(id_: str, heading: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    body = _lines(f'<tr><th title="{_text(p)}">{_text(_short(p))}</th><td>{v}</td></tr>' for p, v in rows)
    return f'<h2>{heading}</h2>\n<table id="{id_}">\n{body}</table>'


def _value(value: Value, base: str, up: str) -> str:
    if isinstance(value, Iri):
        return _node(value, base, up) if value.startswith(base) else f"<code>{_text(_short(value))}</code>"
    if isinstance(value, Typed):
        return f"<bdi>{_text(value[0])}</bdi>"
    return f"<bdi>{_text(str(value).lower() if isinstance(value, bool) else str(value))}</bdi>"


def _node(iri: str, base: str, up: str) -> str:
    """A link to another node of the graph."""
    key = iri.removeprefix(base)
    kind = key.partition("/")[0]
    return f'{kind} <a href="{_text(up + key)}"><bdi>{_text(spoken(key))}</bdi></a>'


def _short(iri: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _text(text: str) -> str:
    """Text in HTML; characters that a page cannot hold or that would turn it around are written as \\uXXXX."""
    return escape(_UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
