"""Classifications, terms, environments and platforms in our own descriptors."""

from ingest.descriptors.meshline_mesh import Mesh
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel


def read_classification(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, mesh.classification(str(said.raw("id"))))
    said.say(node, notation="notation", synonyms="synonyms")
    mesh.draft.say(node, said.at("level"), level=said.raw("level"))
    broader = said.text("broader")
    if broader is not None:
        above = mesh.draft.thing(mesh.classification(broader), broader, at=said.at("broader"))
        mesh.draft.link(Rel.BROADER, node, above, said.at("broader"))


def read_term(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.GLOSSARY_TERM)
    said.say(node, notation="notation", synonyms="synonyms", homepage="homepage")
    mesh.link(said, "broader", node, Rel.BROADER, Label.GLOSSARY_TERM)
    mesh.owned(said, node)


def read_environment(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.ENVIRONMENT)
    said.say(node, notation="notation")
    mesh.namespaces(said, node, Rel.IN_ENVIRONMENT)


def read_platform(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.PLATFORM)
    said.say(node, technology="technology", homepage="homepage")
    mesh.namespaces(said, node, Rel.ON_PLATFORM)
