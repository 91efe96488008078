"""The report on a document beside what the graph has: what is in force instead, which warnings others answer, what two
claim."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from catalog.claims import taken
from catalog.entry import Receipt
from catalog.graph import Direction
from catalog.store.port import NOW, Reader
from ingest.documents.reading import Broken, Reading
from ingest.documents.report import DocumentReport, read_report
from ingest.rdf.places import Places
from ontology.rdf import NS
from ontology.shapes import Severity
from ontology.validation import Violation
from ontology.vocabulary import Rel

_MISSED: Mapping[str, Rel] = {NS + "ownedBy": Rel.OWNED_BY, NS + "inDomain": Rel.IN_DOMAIN}
"""What one document may leave to another to say, by the IRI that a warning names."""


def met_report(reader: Reader, data: bytes, reading: Reading, receipt: Receipt | None) -> DocumentReport:
    """The report on a document that was handed to the catalog, or could be (``receipt`` None)."""
    newer_ns = reading.in_force_instead(reader)
    report = read_report(reading.source, data, _answered(reader, reading), receipt, newer_ns=newer_ns)
    if not reading.claims.take_over:
        return report
    return replace(report, violations=(*report.violations, *_claimed(reader, data, reading)))


def _answered(reader: Reader, reading: Reading) -> Reading:
    """Without the warnings that something is not said which the graph has: another document or a person says it."""
    found = reading.interpretation.violations
    asked = {one.focus for one in found if _missed(one)}
    if not asked:
        return reading
    said = {
        (edge.source, edge.type) for edge in reader.edges(asked, tuple(_MISSED.values()), Direction.OUT, NOW)
    }
    kept = [place for place, one in enumerate(found) if (one.focus, _missed(one)) not in said]
    broken = None if reading.broken is None else tuple(reading.broken[place] for place in kept)
    left = replace(reading.interpretation, violations=tuple(found[place] for place in kept))
    return replace(reading, interpretation=left, broken=broken)


def _missed(found: Violation) -> Rel | None:
    """What a warning misses; the IRI is the path in RDF, in a descriptor the path is that in its text."""
    if found.severity is not Severity.WARNING:
        return None
    return _MISSED.get(found.path or "") or _MISSED.get(found.component)


def _claimed(reader: Reader, data: bytes, reading: Reading) -> Iterator[Broken]:
    """The products that two documents claim now, which taking over alone does not end."""
    places = Places(data)
    for one in taken(reader, reading.interpretation.statement):
        line = reading.lines.get(one.key) or places.line(reading.interpretation.things.get(one.key))
        message = (
            f"{one.message} Both stand until that document says it no more: import it again without that."
        )
        yield Broken(one.key, one.key, None, None, "takes-over", "", str(Severity.WARNING), message, line)
