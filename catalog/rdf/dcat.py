"""Datasets, ports, agents and concepts as DCAT 3 has them, so that DCAT-AP's shapes and DPROD's pass."""

from catalog.graph import Node
from catalog.rdf.words import Said, Scene, labelled, many, page_of, term, text, title, told, types
from ontology.compiler import load_model
from ontology.rdf import Iri, Triple, is_iri
from ontology.vocabulary import Label, Rel

CONCEPT_SCHEMES = {
    Label.DOMAIN: "Domains",
    Label.GLOSSARY_TERM: "Glossary",
    Label.CLASSIFICATION: "Classifications",
    Label.ROLE: "Roles",
}
"""The kinds of concept, and the titles of their schemes."""
RIGHTS = {
    "unrestricted": "Everybody may use it without asking.",
    "restricted": "Whoever wants to use it asks for an agreement.",
    "private": "It is for the product's own team.",
}
_ACTIONS = ("read", "use", "derive", "distribute")


def dataset(node: Node, scene: Scene) -> list[Triple]:
    """A dataset with the one distribution that stands for the ways to it, and its place in the catalogue."""
    iri, distribution = scene.iri(node.key), scene.made("distribution", node.key)
    found = told(iri, _dataset(node, scene, distribution))
    found += told(distribution, _distribution(node, scene))
    found += [*page_of(node), *_licence(node)]
    return [*found, (catalog_iri(scene), term("dcat:dataset"), iri)]


def _dataset(node: Node, scene: Scene, distribution: Iri) -> Said:
    near = scene.near
    yield from types("dcat:Dataset")
    yield from labelled(node, scene)
    if not text(node, "description"):  # DCAT-AP wants one
        yield (
            term("dct:description"),
            f"The dataset {title(node)} of {text(node, 'namespace') or 'the mesh'}.",
        )
    yield term("dct:identifier"), node.key
    yield from ((term("dcat:keyword"), tag) for tag in many(node, "tags"))
    yield from ((term("dcat:theme"), iri) for iri in scene.iris(near.leading(node.key, Rel.THEME)))
    yield from responsible(node, scene)
    if is_iri(text(node, "homepage")):
        yield term("foaf:page"), Iri(text(node, "homepage"))
    yield from _conforms(node, scene)
    yield from ((term("adms:identifier"), iri) for iri in scene.iris(near.aliases(node.key)))
    yield from classified(node, scene)
    yield term("dcat:distribution"), distribution


def _distribution(node: Node, scene: Scene) -> Said:
    near, iri = scene.near, scene.iri(node.key)
    keys = near.coming(node.key, Rel.SERVES)
    ports = [port for key in keys if (port := near.node(key)) is not None]
    yield from types("dcat:Distribution")
    yield term("dct:title"), title(node)
    addresses = [text(port, "endpoint") for port in ports if is_iri(text(port, "endpoint"))]
    yield from ((term("dcat:accessURL"), Iri(address)) for address in addresses or [iri])
    yield from ((term("dcat:accessService"), port) for port in scene.iris(keys))
    formats = sorted({text(port, "schemaFormat") for port in ports} - {""})
    if formats:  # DCAT-AP allows one
        yield term("dct:format"), scene.named("format", formats[0])
    if is_iri(text(node, "license")):
        yield term("dct:license"), Iri(text(node, "license"))
    yield from _conforms(node, scene)
    if scene.dprod is not None:
        yield Iri(f"{scene.dprod}isDistributionOf"), iri


def _conforms(node: Node, scene: Scene) -> Said:
    standards = scene.near.leading(node.key, Rel.HAS_SCHEMA, Rel.GOVERNED_BY)
    return ((term("dct:conformsTo"), iri) for iri in scene.iris(standards))


def responsible(node: Node, scene: Scene) -> Said:
    """The publisher, of whom DCAT-AP allows one, and whom to ask."""
    owners = scene.near.owners(node.key)
    yield from ((term("dct:publisher"), iri) for iri in scene.iris(owners[:1]))
    yield from ((term("dcat:contactPoint"), scene.made("contact", owner)) for owner in owners)


def classified(node: Node, scene: Scene) -> Said:
    """The sensitivity, which DPROD alone has a word for."""
    if scene.dprod is not None:
        sensitivity = Iri(f"{scene.dprod}informationSensitivityClassification")
        classes = scene.near.leading(node.key, Rel.CLASSIFIED_AS)
        levels = (key for key in classes if not key.startswith("personal-data/"))
        yield from ((sensitivity, iri) for iri in scene.iris(levels))
    policies = scene.near.leading(node.key, Rel.HAS_POLICY)
    yield from ((term("odrl:hasPolicy"), iri) for iri in scene.iris(policies))


def dataset_version(node: Node, scene: Scene) -> list[Triple]:
    """A version of a dataset is a dataset, for that is what a port may serve."""

    def said() -> Said:
        yield from types("dcat:Dataset")
        yield from labelled(node, scene)
        if not text(node, "description"):
            yield term("dct:description"), f"The version {title(node)} of a dataset."
        yield term("dct:identifier"), node.key
        if text(node, "version"):
            yield term("dcat:version"), text(node, "version")
        for rel, name in ((Rel.VERSION_OF, "isVersionOf"), (Rel.PREVIOUS_VERSION, "previousVersion")):
            keys = scene.near.leading(node.key, rel)
            yield from ((term(f"dcat:{name}"), iri) for iri in scene.iris(keys))

    iri = scene.iri(node.key)
    return [*told(iri, said()), (catalog_iri(scene), term("dcat:dataset"), iri)]


def port(node: Node, scene: Scene) -> list[Triple]:
    """A port is a data service. An input port that takes from a known port is not told: that port stands for it."""
    if scene.near.leading(node.key, Rel.RECEIVES):
        return []
    iri = scene.iri(node.key)
    found = told(iri, _service(node, scene))
    if text(node, "schemaFormat"):
        media = scene.named("format", text(node, "schemaFormat"))
        found += told(media, _labelled_type("dct:MediaTypeOrExtent", text(node, "schemaFormat")))
    if scene.dprod is not None and text(node, "protocol"):
        found += _protocol(text(node, "protocol"), scene)
    return [*found, *_licence(node), (catalog_iri(scene), term("dcat:service"), iri)]


def _service(node: Node, scene: Scene) -> Said:
    near = scene.near
    served = near.leading(node.key, Rel.SERVES)
    yield from types("dcat:DataService")
    yield from labelled(node, scene)
    yield term("dct:identifier"), node.key
    endpoint = text(node, "endpoint")
    yield term("dcat:endpointURL"), Iri(endpoint) if is_iri(endpoint) else scene.iri(node.key)
    yield from ((term("dcat:servesDataset"), iri) for iri in scene.iris(served))
    yield from ((term("dcat:keyword"), tag) for tag in many(node, "tags"))
    yield from responsible(node, scene)
    yield from _conforms(node, scene)
    if text(node, "visibility") in RIGHTS:
        yield term("dct:accessRights"), scene.made("access-rights", text(node, "visibility"))
    if text(node, "schemaFormat"):
        yield term("dct:format"), scene.named("format", text(node, "schemaFormat"))
    if is_iri(text(node, "license")):
        yield term("dct:license"), Iri(text(node, "license"))
    if text(node, "version"):
        yield term("dcat:version"), text(node, "version")
    yield from classified(node, scene)
    if scene.dprod is not None:
        of = Iri(f"{scene.dprod}isAccessServiceOf")
        datasets = (key for key in served if key.startswith("dataset/"))
        yield from ((of, scene.made("distribution", key)) for key in datasets)
        if text(node, "protocol"):
            yield Iri(f"{scene.dprod}protocol"), scene.named("protocol", text(node, "protocol"))


def _protocol(name: str, scene: Scene) -> list[Triple]:
    iri = scene.named("protocol", name)
    found: list[Triple] = [(iri, term("rdf:type"), Iri(one)) for one in scene.protocol_types]
    return [*found, (iri, term("rdfs:label"), name)]


def _labelled_type(class_: str, label: str) -> Said:
    yield from types(class_)
    yield term("rdfs:label"), label


def _licence(node: Node) -> list[Triple]:
    address = text(node, "license")
    return told(address, types("dct:LicenseDocument")) if is_iri(address) else []


def agent(node: Node, scene: Scene) -> list[Triple]:
    """A team or person, and the card by which it is asked."""
    person = node.label == Label.PERSON
    classes = ("prov:Person", "foaf:Person") if person else ("org:OrganizationalUnit", "prov:Organization")

    def said() -> Said:
        yield from types(*classes, "prov:Agent", "foaf:Agent")
        yield term("foaf:name"), title(node)
        yield from labelled(node, scene)
        yield from ((term("org:memberOf"), iri) for iri in scene.iris(near.leading(node.key, Rel.MEMBER_OF)))

    def card() -> Said:
        yield from types("vcard:Kind", "vcard:Individual" if person else "vcard:Group")
        yield term("vcard:fn"), title(node)
        if is_iri(f"mailto:{text(node, 'email')}") and "@" in text(node, "email"):
            yield term("vcard:hasEmail"), Iri(f"mailto:{text(node, 'email')}")

    near = scene.near
    return [*told(scene.iri(node.key), said()), *told(scene.made("contact", node.key), card())]


def concept(node: Node, scene: Scene) -> list[Triple]:
    """A domain, glossary term or classification is a concept of its scheme."""
    above = load_model().label_path(node.label)
    scheme = next(label for label in CONCEPT_SCHEMES if label in above)

    def said() -> Said:
        yield from types("skos:Concept", *(["dcat:Role"] if scheme == Label.ROLE else []))
        sensitivity = scheme == Label.CLASSIFICATION and Label.PERSONAL_DATA_CATEGORY not in above
        if sensitivity and scene.dprod is not None:
            yield term("rdf:type"), Iri(f"{scene.dprod}InformationSensitivityClassification")
        yield term("skos:prefLabel"), title(node)
        yield from ((term("skos:altLabel"), word) for word in many(node, "synonyms"))
        if text(node, "notation"):
            yield term("skos:notation"), text(node, "notation")
        if text(node, "description"):
            yield term("skos:definition"), text(node, "description")
        broader = scene.near.leading(node.key, Rel.BROADER, Rel.PART_OF)
        yield from ((term("skos:broader"), iri) for iri in scene.iris(broader))
        yield term("skos:inScheme"), scene.made("scheme", scheme)

    return told(scene.iri(node.key), said())


def standard(node: Node, scene: Scene) -> list[Triple]:
    """A schema or contract is a standard that data conforms to."""

    def said() -> Said:
        yield from types("dct:Standard", *(["csvw:Schema"] if node.label == Label.SCHEMA else []))
        yield from labelled(node, scene)
        yield term("dct:identifier"), node.key
        if text(node, "version"):
            yield term("dcat:version"), text(node, "version")
        for rel, name in ((Rel.VERSION_OF, "isVersionOf"), (Rel.PREVIOUS_VERSION, "previousVersion")):
            keys = scene.near.leading(node.key, rel)
            yield from ((term(f"dcat:{name}"), iri) for iri in scene.iris(keys))
        schemas = scene.near.leading(node.key, Rel.HAS_SCHEMA)
        yield from ((term("dct:conformsTo"), iri) for iri in scene.iris(schemas))

    return told(scene.iri(node.key), said())


def policy(node: Node, scene: Scene) -> list[Triple]:
    """A usage policy is an offer to everybody."""
    found = told(scene.iri(node.key), (*types("odrl:Offer", "odrl:Policy"), *labelled(node, scene)))
    for name, rule in (("permits", "permission"), ("prohibits", "prohibition")):
        for action in (one for one in many(node, name) if one in _ACTIONS):
            iri = scene.made("rule", f"{node.key}/{name}/{action}")
            found.append((scene.iri(node.key), term(f"odrl:{rule}"), iri))
            found += told(iri, types(f"odrl:{rule.capitalize()}"))
            found.append((iri, term("odrl:action"), term(f"odrl:{action}")))
    return sorted(found, key=lambda triple: triple[0] != scene.iri(node.key))


def alias(node: Node, scene: Scene) -> list[Triple]:
    """Another name of a dataset; as a dataset too where somebody offers it under this name."""
    name = "/".join(one for one in (text(node, "namespace"), title(node)) if one)
    identifier = told(scene.iri(node.key), (*types("adms:Identifier"), (term("skos:notation"), name)))
    return identifier + reference(node, scene)


def reference(node: Node, scene: Scene) -> list[Triple]:
    """A name that nothing resolves yet: a dataset where somebody offers it, and nothing else."""
    offered = scene.near.coming(node.key, Rel.SERVES, Rel.EXPOSES, Rel.CONTAINS)
    return dataset(node, scene) if offered else []


def catalog_iri(scene: Scene) -> Iri:
    """The IRI of the catalogue itself."""
    return Iri(f"{scene.base}catalog")
