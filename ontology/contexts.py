"""The JSON-LD contexts that ship with Meshline: what a document may name without anything being fetched.

DPROD has been published under four addresses, each with a namespace of its own, so its context is one text in which
the namespace is put in. Origin and licence of each file are in ``contexts/NOTICE.md``.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ontology.compiler import load_model
from ontology.json_ld_context import json_ld_context
from ontology.model import GraphModel

DPROD = "https://www.omg.org/spec/DPROD/dprod/"
"""DPROD's namespace as its context has it (June 2026)."""
DPROD_NAMESPACES = (
    DPROD,
    "https://www.omg.org/spec/DPROD/",
    "https://ekgf.github.io/dprod/",
    "https://ekgf.org/dprod/spec/develop/",
)
MESHLINE_CONTEXT = "https://w3id.org/meshline/context.jsonld"

_DPROD_FILES = ("dprod.jsonld", "dprod-context.jsonld", "dprod-simple.jsonld")
_DCAT_AP = (
    "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld",
    "https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld",
)
_DCAT_AP_EXAMPLES = (
    "https://semiceu.github.io/uri.semic.eu-generated/DCAT-AP/releases/3.0.0/html/examples/context.jsonld"
)


@dataclass(frozen=True, slots=True)
class Context:
    """A context as JSON and as text."""

    value: Any
    text: str


@cache
def _registry() -> dict[str, Context]:
    """The bundled contexts by the addresses under which documents name them."""
    found = {
        namespace + name: _context(_file("dprod").replace(DPROD, namespace))
        for namespace in DPROD_NAMESPACES
        for name in _DPROD_FILES
    }
    dcat_ap = _context(_file("dcat-ap"))
    found.update(dict.fromkeys(_DCAT_AP, dcat_ap))
    examples = {**dcat_ap.value, **_context(_file("dcat-ap-examples")).value}
    found[_DCAT_AP_EXAMPLES] = Context(examples, json.dumps(examples))
    return found


def context_of(iri: str) -> Context | None:
    """The bundled context of that address, over http or https; None for any other."""
    address = f"https://{iri.partition('://')[2]}" if iri.startswith("http://") else iri
    return _own(load_model()) if address == MESHLINE_CONTEXT else _registry().get(address)


def bundled() -> list[str]:
    """The addresses of the bundled contexts, sorted."""
    return sorted((*_registry(), MESHLINE_CONTEXT))


def _file(name: str) -> str:
    return files("ontology").joinpath("contexts", f"{name}.jsonld").read_text(encoding="utf-8")


def _context(text: str) -> Context:
    value = json.loads(text)["@context"]
    return Context(value, json.dumps(value))


def _own(model: GraphModel) -> Context:
    """The context of our own exports, with ``id`` and ``type`` for those who write by hand."""
    value = {**json_ld_context(model).value, "id": "@id", "type": "@type"}
    return Context(value, json.dumps(value))
