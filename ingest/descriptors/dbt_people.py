"""Who owns what in a dbt project: the groups as teams, the owners of exposures."""

import re

from ingest.descriptors.dbt_manifest import Exposed, Group, Manifest
from ingest.descriptors.dbt_meta import meant, tell_the_rest
from ingest.descriptors.draft import Draft
from ontology.vocabulary import Label, Rel

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def draw_team(group: Group, draft: Draft) -> str:
    """The team that a group is; in which domain, where the group says so."""
    key = draft.thing(Label.TEAM, group.name, at=group.at)
    if draft.name(key) is None:  # a package may have a group of the same name
        email = _email(group.owner_email, (*group.at, "owner", "email"), draft)
        draft.say(key, group.at, name=group.owner_name or group.name, email=email)
    domain = meant(group.meta).domain
    if domain is not None:
        draft.link(Rel.IN_DOMAIN, key, draft.thing(Label.DOMAIN, domain, at=group.at), group.at)
    tell_the_rest(group.meta, group.at, ("domain", "product"), draft)
    return key


def owner_of(exposed: Exposed, manifest: Manifest, draft: Draft) -> str | None:
    """Who owns an exposure: the group whose owner has that name or address, else a person by the address.

    A name alone is a team's: as in the ownership facet, where nothing says that it is a person.
    """
    name, email, at = exposed.owner_name, exposed.owner_email, exposed.at
    for group in manifest.groups.values():
        if (email is not None and email == group.owner_email) or (
            email is None and name is not None and name in (group.name, group.owner_name)
        ):
            return draft.thing(Label.TEAM, group.name, at=at)
    if email is not None:
        person = draft.thing(Label.PERSON, email, at=at)
        if draft.name(person) is None:  # others may write the name otherwise: the address is who it is
            draft.say(person, at, name=name or email, email=_email(email, (*at, "owner", "email"), draft))
        return person
    return None if name is None else draft.thing(Label.TEAM, name, at=at)


def _email(text: str | None, at: tuple[str | int, ...], draft: Draft) -> str | None:
    if text is None or _EMAIL.fullmatch(text):
        return text
    draft.unmapped(at, "no e-mail address", like=(at[0], "*", *at[2:]))
    return None
