"""What the two standards of Bitol have in common: teams with members, links, ways to get support, own properties."""

import re
from collections.abc import Iterable, Mapping

from catalog.instant import InvalidInstant, format_instant, parse_instant
from ingest.descriptors.draft import Draft
from ingest.descriptors.stated import Stated
from ontology.vocabulary import Label, Rel

OWNERS = frozenset(("owner", "data owner", "product owner", "data product owner", "accountable"))
"""Roles that make their holder accountable where no team is named; compared without case."""

_BUSINESS = "businessdefinition"
_NO_PAGE = "implementation"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def read_team(team: Stated | None, members: Iterable[Stated], subject: str) -> None:
    """Who answers for a product or contract: the team, else the only owner that is one still; and all roles."""
    key = None
    if team is not None and (name := team.text("name")) is not None:
        key = team.draft.thing(Label.TEAM, name, at=team.at("name"))
        team.say(key, name="name", description="description")
        read_links(team, key, theme=None)
        team.draft.link(Rel.OWNED_BY, subject, key, team.at("name"))
    owners: dict[str, Stated] = {}
    for member in members:
        person = _member(member, subject, key)
        if (member.text("role") or "").casefold() in OWNERS and member.raw("dateOut") is None:
            owners[person] = member
        member.done()
    if key is None and len(owners) == 1:
        ((person, member),) = owners.items()
        member.draft.link(Rel.OWNED_BY, subject, person, member.at("role"))
    if team is not None:
        team.done()


def _member(member: Stated, subject: str, team: str | None) -> str:
    username = member.name("username")
    draft = member.draft
    person = draft.thing(Label.PERSON, username, at=member.at("username"))
    name = member.text("name") or username
    if draft.name(person) is None:
        draft.say(person, member.at("username"), email=username if _EMAIL.fullmatch(username) else None)
        draft.say(person, member.at("name" if "name" in member.value else "username"), name=name)
    times = {"since": instant(member, "dateIn"), "until": instant(member, "dateOut")}
    role = member.text("role")
    about = {name: text for name, text in (("role", role), *times.items()) if text is not None}
    if team is not None:
        draft.link(Rel.MEMBER_OF, person, team, member.path, **about)
    if role is not None:
        draft.link(Rel.HAS_ROLE, person, subject, member.at("role"), **about)
    return person


def instant(said: Stated, key: str) -> str | None:
    """A date or time under a key as an instant; one that is none is told, and left out."""
    text = said.text(key)
    if text is None:
        return None
    try:
        return format_instant(parse_instant(text).ns)
    except InvalidInstant:
        said.draft.warn(said.at(key), f"{text[:80]!r} is no date; it is left out.")
        return None


def read_links(said: Stated, node: str, *, theme: Rel | None, page: bool = True) -> None:
    """``authoritativeDefinitions``: business definitions are terms, the first other link is the page about the node.

    ``theme``: how the node is linked to terms, None where it cannot be. ``page``: whether it has one.
    """
    for link in said.each("authoritativeDefinitions"):
        url, kind = link.text("url"), (link.text("type") or "").casefold().replace(" ", "")
        if kind == _BUSINESS and theme is not None and url is not None:
            term = said.draft.thing(Label.GLOSSARY_TERM, url, at=link.at("url"))
            said.draft.link(theme, node, term, link.path)
        elif page and _NO_PAGE not in kind and url is not None and _ADDRESS.fullmatch(url):
            said.draft.say(node, link.at("url"), homepage=url)
            page = False
        else:
            said.draft.unmapped(link.path, f"a link of the type {link.text('type')}")


def support(said: Stated) -> list[str]:
    """Where people get help, a line each: the channel, with what and for what in brackets, its address, what it is."""
    lines = []
    for item in said.each("support"):
        about = ", ".join(filter(None, (item.text("tool"), item.text("scope"))))
        parts = (item.text("channel"), f"({about})" if about else None, item.text("url"))
        line, words = " ".join(filter(None, parts)), item.text("description")
        lines.append(f"{line}: {words}" if words else line)
        item.done()
    return lines


def custom(said: Stated, *known: str) -> Mapping[str, str]:
    """The own properties that we know, by name; the others stay in the document."""
    found = {}
    for item in said.each("customProperties"):
        name, value = item.text("property"), item.text("value")
        if name in known and value is not None:
            found[str(name)] = value
        else:
            said.draft.unmapped(item.path, f"own property {name}")
    return found


def in_domain(said: Stated, subject: str, draft: Draft) -> None:
    """The domain by its name."""
    if (name := said.text("domain")) is not None:
        domain = draft.thing(Label.DOMAIN, name, at=said.at("domain"))
        draft.link(Rel.IN_DOMAIN, subject, domain, said.at("domain"))
