"""Access agreements in our own descriptors."""

from ingest.descriptors.meshline_mesh import Mesh, period
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel


def read_agreement(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.ACCESS_AGREEMENT)
    said.say(node, status="status", purpose="purpose")
    begins, ends = period(said, "validFrom", "validUntil")
    mesh.draft.say(node, said.at("validFrom"), validFrom=begins)
    mesh.draft.say(node, said.at("validUntil"), validUntil=ends)
    for key, rel in (("from", Rel.GRANTED_BY), ("to", Rel.GRANTED_TO)):
        party = said.one(key)
        if party is not None:
            mesh.draft.link(rel, node, mesh.party(party), party.path)
    for one in said.each("covers"):
        mesh.draft.link(Rel.COVERS, node, _covered(one, mesh), one.path)


def _covered(said: Stated, mesh: Mesh) -> str:
    """The product, output port or dataset."""
    dataset = said.one("dataset")
    if dataset is not None:
        return mesh.dataset(dataset)
    product, port = str(said.raw("product")), said.text("port")
    if port is None:
        return mesh.draft.thing(Label.DATA_PRODUCT, product, at=said.path)
    return mesh.draft.thing(Label.OUTPUT_PORT, product, port, at=said.path)
