"""Findings as a SHACL validation report, which any SHACL tool reads."""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from ontology.rdf import TYPE, Iri, Triple, Typed, Value
from ontology.shapes import SHACL
from ontology.validation import Key, Violation, keeps_out

PREFIXES = {
    "sh": SHACL,
    "mesh": "https://w3id.org/meshline/ns#",
    "shape": "https://w3id.org/meshline/shapes#",
}


def report(violations: Iterable[Violation], base: str) -> list[Triple]:
    """The triples of the report, grouped by subject. ``base``: what stands before the keys of nodes.

    The report and its results have IRIs that are the same for the same findings. Where a path is walked backwards,
    an IRI stands for ``[ sh:inversePath … ]``. ``sh:conforms`` is true where nothing keeps a document out.
    """
    found = list(violations)
    digest = sha256(repr(found).encode()).hexdigest()[:32]
    name = f"urn:meshline:report:{digest}"
    numbered = [(f"{name}:{number}", violation) for number, violation in enumerate(found, 1)]
    triples: list[Triple] = [(name, TYPE, Iri(f"{SHACL}ValidationReport"))]
    triples.append((name, f"{SHACL}conforms", not keeps_out(found)))
    triples += [(name, f"{SHACL}result", Iri(result)) for result, _ in numbered]
    for result, violation in numbered:
        triples += _result(result, violation, base)
    return triples


def _result(result: str, violation: Violation, base: str) -> Iterator[Triple]:
    yield result, TYPE, Iri(f"{SHACL}ValidationResult")
    yield result, f"{SHACL}focusNode", Iri(base + violation.focus)
    if violation.path is not None:
        yield result, f"{SHACL}resultPath", Iri(f"{result}:path" if violation.inverse else violation.path)
    yield result, f"{SHACL}resultMessage", violation.message
    yield result, f"{SHACL}resultSeverity", Iri(f"{SHACL}{violation.severity}")
    yield result, f"{SHACL}sourceConstraintComponent", Iri(violation.component)
    yield result, f"{SHACL}sourceShape", Iri(violation.shape)
    if violation.value is not None:
        yield result, f"{SHACL}value", _value(violation.value, base)
    if violation.path is not None and violation.inverse:
        yield f"{result}:path", f"{SHACL}inversePath", Iri(violation.path)


def _value(value: Value, base: str) -> Value:
    if isinstance(value, Key):
        return Iri(base + value)
    return value if isinstance(value, Iri | Typed | bool | int) else str(value)
