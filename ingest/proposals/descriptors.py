"""Descriptors of a proposal (contracts, products, manifests), read by the readers that import them."""

from collections.abc import Sequence

from catalog.mesh.declared import Declared
from ingest.descriptors import dbt
from ingest.descriptors.reading import read_descriptor
from ingest.descriptors.text import read_parts
from ingest.errors import BrokenDocument, ImproperProposal, MalformedDescriptor, WrongDocument
from ingest.proposals.bound import Bound, beside
from ingest.proposals.contracts import Sources, read_contracts
from ingest.proposals.documents import Document, Given, GivenDocument
from ingest.proposals.earlier import texts_of
from ingest.proposals.gathered import Gathered
from ingest.proposals.known import Known
from ingest.proposals.manifest_side import Side, manifest_in
from ingest.proposals.manifests import read_manifests
from ingest.proposals.products import read_products
from ingest.proposals.told import Told, of_document, together
from ingest.proposals.valid_values import VALID_VALUES, valid_values
from ontology.shapes import Severity
from ontology.vocabulary import Label, Rel


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
    if VALID_VALUES in document.text:
        told.values.update(valid_values(read_parts(data)))
    if not told.of(Label.CONTRACT_VERSION, Label.DATA_PRODUCT, Label.SCHEMA):
        raise WrongDocument(f"{document.name} is a {' and '.join(read.formats)} that says nothing of data.")
    return told


def read_mesh_documents(
    known: Known, heads: Sequence[GivenDocument], bases: Sequence[GivenDocument], dataset: str | None
) -> Gathered:
    """What contracts and products change. Raises ImproperProposal."""
    new, old = told_by(heads), told_by(bases) if bases else None
    declared = Declared(known.reader, known.at)
    stored = _stored(known, declared, new)
    told = declared if old is None else beside(declared, old)
    before, after = Bound(told), Bound(beside(told, new))
    found = read_contracts(known, Sources(declared, stored, old, dataset), new, before, after)
    found.add(read_products(declared, old, new))
    return found


def _stored(known: Known, declared: Declared, new: Told) -> Told | None:
    """What the documents say that told the graph of these contracts, as far as they are of a form that is read."""
    contracts = {
        edge.target for one in new.of(Label.CONTRACT_VERSION) for edge in new.out(one.key, Rel.VERSION_OF)
    }
    versions = {one for key in contracts for one in declared.sources(key, Rel.VERSION_OF)}
    texts = texts_of(known.reader, versions, known.at)
    found: list[Told] = []
    for source, text in sorted(texts.items()):
        try:
            found.append(_told(GivenDocument(source, text)))
        except ImproperProposal:
            continue  # what was taken once and is refused today is told by the graph
    return together(found) if found else None


def read_manifest_documents(
    known: Known, given: Given, heads: Sequence[Document], bases: Sequence[Document]
) -> Gathered:
    """What manifests change: each head against the base of its project. Raises ImproperProposal."""
    declared = Declared(known.reader, known.at)
    found = Gathered()
    olds = [(one, manifest_in(one.parts[0], one.given.name)) for one in bases]
    for one in heads:
        manifest = manifest_in(one.parts[0], one.given.name)
        old = next((old for old in olds if old[1].project == manifest.project), None)
        if olds and old is None:
            raise WrongDocument(f"{one.given.name} is of the project {manifest.project}, and no base is.")
        before = Told() if old is None else _told(old[0].given)
        with_base = beside(declared, before)
        graph = Bound(with_base)
        told = _told(one.given)
        head = Side(manifest, told, Bound(beside(with_base, told)))
        base = None if old is None else Side(old[1], before, graph)
        part, name = one.parts[0], one.given.name
        found.add(read_manifests(known, graph, base, head, part, name, other_target=given.other_target))
    return found


def is_manifest(value: object) -> bool:
    """Whether a value is a manifest of dbt."""
    return isinstance(value, dict) and dbt.matches(value)
