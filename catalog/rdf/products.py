"""Data products: by DPROD in one of its versions, and as a DCAT resource where DPROD is not spoken."""

from catalog.graph import Node
from catalog.rdf.dcat import catalog_iri, classified, responsible
from catalog.rdf.qualified import edge_iri
from catalog.rdf.words import Said, Scene, labelled, many, page_of, term, text, told, types
from ontology.rdf import Iri, Triple, is_iri
from ontology.vocabulary import Rel

STATUSES = {"draft": "Design", "active": "Consume", "deprecated": "Consume", "retired": "Retire"}
"""Our lifecycle in DPROD's words. It has none for deprecated: the product is then marked as deprecated besides."""


def product(node: Node, scene: Scene) -> list[Triple]:
    """A product, and what people have which role for it."""
    iri = scene.iri(node.key)
    found = told(iri, _product(node, scene))
    for edge in scene.near.entering(node.key, Rel.HAS_ROLE):
        attribution, role = edge_iri(edge, scene.base), str(dict(edge.properties).get("role", "member"))
        had = scene.iri(role) if role.startswith("role/") else scene.named("named-role", role)
        found.append((iri, term("prov:qualifiedAttribution"), attribution))
        found += told(attribution, types("prov:Attribution"))
        found.append((attribution, term("prov:agent"), scene.iri(edge.source)))
        found.append((attribution, term("dcat:hadRole"), had))
        if not role.startswith("role/"):
            found += told(had, (*types("skos:Concept", "dcat:Role"), (term("skos:prefLabel"), role)))
    found += [*page_of(node), (catalog_iri(scene), term("dcat:resource"), iri)]
    return sorted(found, key=lambda triple: triple[0] != iri)


def _product(node: Node, scene: Scene) -> Said:
    near = scene.near
    yield from types("dcat:Resource")
    if scene.dprod is not None:
        yield term("rdf:type"), Iri(f"{scene.dprod}DataProduct")
    yield from labelled(node, scene)
    yield term("dct:identifier"), node.key
    yield from ((term("dcat:keyword"), tag) for tag in many(node, "tags"))
    yield from ((term("dcat:theme"), iri) for iri in scene.iris(near.leading(node.key, Rel.THEME)))
    yield from responsible(node, scene)
    if text(node, "version"):
        yield term("dcat:version"), text(node, "version")
    if is_iri(text(node, "homepage")):
        yield term("foaf:page"), Iri(text(node, "homepage"))
    standards = near.leading(node.key, Rel.GOVERNED_BY)
    yield from ((term("dct:conformsTo"), iri) for iri in scene.iris(standards))
    yield from classified(node, scene)
    if text(node, "lifecycle") == "deprecated":
        yield term("owl:deprecated"), True
    yield from _parts(node, scene) if scene.dprod is None else _dprod(node, scene, scene.dprod)


def _parts(node: Node, scene: Scene) -> Said:
    """Where nobody knows of products: what it is made of."""
    near = scene.near
    ports = near.leading(node.key, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT)
    parts = (*near.leading(node.key, Rel.EXPOSES), *_served(node, scene), *ports)
    yield from ((term("dct:hasPart"), iri) for iri in scene.iris(parts))


def _dprod(node: Node, scene: Scene, ns: str) -> Said:
    near = scene.near
    own = near.leading(node.key, Rel.HAS_INPUT_PORT)
    upstream = {port: near.leading(port, Rel.RECEIVES) for port in own}
    taken = sorted({other for port in own for other in upstream[port] or [port]})
    linked = {
        "dataProductOwner": near.leading(node.key, Rel.OWNED_BY),
        "domain": near.leading(node.key, Rel.IN_DOMAIN),
        "inputPort": taken,
        "outputPort": near.leading(node.key, Rel.HAS_OUTPUT_PORT, Rel.HAS_MANAGEMENT_PORT),
        "inputDataset": [key for port in taken for key in near.leading(port, Rel.SERVES)],
        "outputDataset": [*near.leading(node.key, Rel.EXPOSES), *_served(node, scene)],
    }
    for name, keys in linked.items():
        yield from ((Iri(f"{ns}{name}"), iri) for iri in scene.iris(keys))
    if text(node, "purpose"):
        yield Iri(f"{ns}purpose"), text(node, "purpose")
    if text(node, "lifecycle") in STATUSES:
        yield Iri(f"{ns}lifecycleStatus"), status_iri(ns, STATUSES[text(node, "lifecycle")])


def _served(node: Node, scene: Scene) -> list[str]:
    ports = scene.near.leading(node.key, Rel.HAS_OUTPUT_PORT)
    return [key for port in ports for key in scene.near.leading(port, Rel.SERVES)]


def status_iri(ns: str, status: str) -> Iri:
    """A status in DPROD's own examples."""
    return Iri(f"{ns}data/lifecycle-status/{status}")
