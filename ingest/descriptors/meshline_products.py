"""Data products and their ports in our own descriptors."""

from collections.abc import Iterator

from ingest.descriptors.meshline_mesh import Mesh
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel


def read_product(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.DATA_PRODUCT)
    said.say(node, lifecycle="lifecycle", purpose="purpose", limitations="limitations", usage="usage")
    said.say(node, version="version", homepage="homepage", support="support", tags="tags")
    mesh.link(said, "domain", node, Rel.IN_DOMAIN, Label.DOMAIN)
    mesh.owned(said, node)
    mesh.roles(said, node)
    mesh.links(said, "terms", node, Rel.THEME, Label.GLOSSARY_TERM)
    mesh.classified(said, node)
    mesh.datasets(said, "datasets", node, Rel.CONTAINS)
    for job in said.each("jobs"):
        key = mesh.draft.job(str(job.raw("namespace")), str(job.raw("name")), at=job.path)
        mesh.draft.link(Rel.CONTAINS, node, key, job.path)
    for port, key in _ports(said, "inputs", mesh, node, Rel.HAS_INPUT_PORT, Label.INPUT_PORT):
        _input(port, key, mesh)
    for port, key in _ports(said, "outputs", mesh, node, Rel.HAS_OUTPUT_PORT, Label.OUTPUT_PORT):
        _output(port, key, mesh)
    for port, key in _ports(said, "management", mesh, node, Rel.HAS_MANAGEMENT_PORT, Label.MANAGEMENT_PORT):
        port.say(key, content="content", protocol="protocol", endpoint="endpoint")
        mesh.datasets(port, "datasets", key, Rel.SERVES)


def _ports(
    product: Stated, section: str, mesh: Mesh, node: str, rel: Rel, label: Label
) -> Iterator[tuple[Stated, str]]:
    """The ports of a product of one kind, each with its node."""
    seen: set[str] = set()
    for port in product.each(section):
        name = str(port.raw("name"))
        if name in seen:
            mesh.draft.fault(port.at("name"), f"{name!r} is there already: a port has a name of its own.")
        seen.add(name)
        key = mesh.draft.thing(label, str(product.raw("id")), name, at=port.path)
        mesh.draft.say(key, port.at("name"), name=name)
        port.say(key, description="description", tags="tags")
        mesh.draft.link(rel, node, key, port.path)
        yield port, key


def _input(port: Stated, key: str, mesh: Mesh) -> None:
    mesh.governed(port, key)
    upstream = port.one("from")
    if upstream is not None:
        names = str(upstream.raw("product")), str(upstream.raw("port"))
        output = mesh.draft.thing(Label.OUTPUT_PORT, *names, at=upstream.path)
        mesh.draft.link(Rel.RECEIVES, key, output, upstream.path)


def _output(port: Stated, key: str, mesh: Mesh) -> None:
    port.say(key, visibility="visibility", protocol="protocol", endpoint="endpoint")
    port.say(key, schemaFormat="format", version="version")
    mesh.datasets(port, "datasets", key, Rel.SERVES)
    mesh.governed(port, key)
    mesh.link(port, "environment", key, Rel.IN_ENVIRONMENT, Label.ENVIRONMENT)
    mesh.owned(port, key)
