"""Domains, teams and people in our own descriptors."""

from ingest.descriptors.meshline_mesh import Mesh, since_until
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel


def read_domain(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.DOMAIN)
    said.say(node, notation="notation")
    mesh.link(said, "parent", node, Rel.PART_OF, Label.DOMAIN)
    mesh.owned(said, node)
    mesh.roles(said, node)


def read_team(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.TEAM)
    said.say(node, email="email", homepage="homepage")
    mesh.link(said, "domain", node, Rel.IN_DOMAIN, Label.DOMAIN)
    mesh.link(said, "parent", node, Rel.PART_OF, Label.TEAM)
    for member in said.each("members"):
        about = {"role": member.text("role"), **since_until(member)}
        mesh.draft.link(Rel.MEMBER_OF, mesh.party(member), node, member.path, **about)


def read_person(said: Stated, mesh: Mesh) -> None:
    node = mesh.thing(said, Label.PERSON)
    said.say(node, email="email", homepage="homepage")
