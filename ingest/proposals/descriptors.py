"""Descriptors of a proposal (contracts, products, manifests), read by the readers that import them."""

from collections.abc import Sequence

from catalog.mesh.declared import Declared
from ingest.descriptors import dbt
from ingest.descriptors.reading import read_descriptor
from ingest.errors import BrokenDocument, MalformedDescriptor, WrongDocument
from ingest.proposals.bound import Bound, beside
from ingest.proposals.contracts import read_contracts
from ingest.proposals.documents import GivenDocument
from ingest.proposals.gathered import Gathered
from ingest.proposals.known import Known
from ingest.proposals.products import read_products
from ingest.proposals.told import Told, of_document, together
from ontology.shapes import Severity
from ontology.vocabulary import Label


def told_by(documents: Sequence[GivenDocument]) -> Told:
    """What documents say. Raises BrokenDocument with all that is wrong, WrongDocument where they tell of nothing."""
    return together(_told(one) for one in documents)


def _told(document: GivenDocument) -> Told:
    data = document.text.encode("utf-8", "surrogatepass")
    try:
        read = read_descriptor(data, document.name)
    except MalformedDescriptor as error:
        where = "" if error.line is None else f" line {error.line}:"
        raise BrokenDocument(f"{document.name}:{where} {error.message}") from error
    faults = [one for one in read.drafted.faults if one.severity is Severity.VIOLATION]
    if faults:
        said = [
            f"{'' if one.line is None else f'line {one.line}: '}{one.path}: {one.message}" for one in faults
        ]
        more = f" And {len(said) - 20} more." if len(said) > 20 else ""
        raise BrokenDocument(f"{document.name}: {' '.join(said[:20])}{more}")
    told = of_document(read.drafted, document.name)
    if not told.of(Label.CONTRACT_VERSION, Label.DATA_PRODUCT, Label.SCHEMA):
        raise WrongDocument(f"{document.name} is a {' and '.join(read.formats)} that says nothing of data.")
    return told


def read_mesh_documents(
    known: Known, heads: Sequence[GivenDocument], bases: Sequence[GivenDocument]
) -> Gathered:
    """What contracts and products change. Raises ImproperProposal."""
    new, old = told_by(heads), told_by(bases) if bases else None
    declared = Declared(known.reader, known.at)
    told = declared if old is None else beside(declared, old)
    before, after = Bound(told), Bound(beside(told, new))
    found = read_contracts(known, declared, old, new, before, after)
    found.add(read_products(declared, old, new))
    return found


def is_manifest(value: object) -> bool:
    """Whether a value is a manifest of dbt."""
    return isinstance(value, dict) and dbt.matches(value)
