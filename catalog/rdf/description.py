"""What ``GET /id`` says of one node: its own triples in profile mesh, and the edges that lead to it."""

from catalog.describe import LIMIT, Description
from catalog.rdf.mesh import mesh_triples
from catalog.rdf.qualified import is_made
from ontology.rdf import RDFS, Iri, Triple
from ontology.rdf_terms import rdf_terms


def description_triples(found: Description, base: str) -> list[Triple]:
    """The triples of a node and of what is made for it, then those of other nodes that lead to it, in a fixed order.

    Where edges were left out, the answer says so of itself: its IRI is the node's with ``?answer``.
    """
    iri, relationships = base + found.node.key, rdf_terms().relationships
    own = mesh_triples(found.told, base)
    entering: list[Triple] = [
        (base + link.key, relationships[link.type].iri, Iri(iri)) for link in found.entering.links
    ]
    triples = list(dict.fromkeys((*own, *sorted(entering))))
    cut = [side for side, links in (("outgoing", found.leaving), ("incoming", found.entering)) if links.cut]
    if cut:
        note = f"This answer is cut: it has {LIMIT:,} {' and '.join(cut)} edges, and there are more."
        answer = f"{iri}?answer"
        triples += [(answer, f"{RDFS}comment", note), (answer, f"{RDFS}seeAlso", Iri(iri))]
    return triples


def plain_triples(triples: list[Triple], base: str) -> list[Triple]:
    """Those between nodes and values alone, for people: not what is made for a node."""
    return [
        (subject, predicate, value)
        for subject, predicate, value in triples
        if not is_made(subject, base) and not (isinstance(value, Iri) and is_made(value, base))
    ]
