"""The ``ownership`` facet of datasets and jobs (1-0-1): who answers for them."""

from typing import Any

from catalog.identity import ResourceId
from catalog.statement import Owner
from catalog.values import encode_owners
from ingest.facets.text import text_or_none
from ingest.problems import Code, Problems, shown

TEAM, PERSON = "team", "person"
KINDS = {
    "team": TEAM,
    "group": TEAM,
    "corpgroup": TEAM,
    "user": PERSON,
    "person": PERSON,
    "corpuser": PERSON,
}
"""The words before a colon that tell a person from a team; those with corp are DataHub's."""


def read_ownership(facet: dict[str, Any], path: str, problems: Problems) -> dict[str, str | None]:
    """``owners`` of the dataset or job; a facet without any says that there are none."""
    listed = facet.get("owners")
    if listed is None:
        return {"owners": None}
    where = f"{path}.owners"
    if not isinstance(listed, list):
        problems.lose(Code.FACET_CONTENT, where, f"Owners are a list; this is {shown(listed)}.")
        return {}
    owners = [_owner(item, f"{where}[{index}]", problems) for index, item in enumerate(listed)]
    known = [owner for owner in owners if owner is not None]
    return {} if listed and not known else {"owners": encode_owners(known)}


def _owner(item: Any, path: str, problems: Problems) -> Owner | None:
    name = item.get("name") if isinstance(item, dict) else None
    if not isinstance(name, str) or not name.strip():
        problems.lose(Code.FACET_CONTENT, path, "An owner is an object with a name that is text.")
        return None
    return Owner(agent(name), text_or_none(item, "type", path, problems) or None)


def agent(name: str) -> ResourceId:
    """Whom a name means: ``team:x``, ``user:x``, ``person:x`` and their URNs say so; any other name is a team's."""
    words = name.split(":")
    is_urn = words[0].lower() == "urn"
    for place in (1, 2) if is_urn else (0,):
        kind = KINDS.get(words[place].lower()) if place < len(words) else None
        rest = ":".join(words[place + 1 :])
        if kind is not None and rest:
            return ResourceId(kind, (rest,))
    return ResourceId(TEAM, (name,))
