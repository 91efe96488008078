"""Exposures of a dbt project: what uses the data outside of dbt, and of which no runs are told."""

import re

from ingest.descriptors.dbt_manifest import Exposed, Manifest
from ingest.descriptors.dbt_meta import meant, tell_the_rest
from ingest.descriptors.dbt_people import owner_of
from ingest.descriptors.dbt_schemas import schema_key
from ingest.descriptors.draft import Draft
from ontology.vocabulary import Label, Rel

_PAGE = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def draw_exposures(manifest: Manifest, draft: Draft) -> None:
    """An exposure with its owner and what it depends on."""
    for exposed in manifest.exposures:
        _draw(exposed, manifest, draft)


def _draw(exposed: Exposed, manifest: Manifest, draft: Draft) -> None:
    at = exposed.at
    key = draft.thing(Label.EXPOSURE, exposed.package or manifest.project, exposed.name, at=at)
    page = exposed.url if exposed.url and _PAGE.fullmatch(exposed.url) else None
    if exposed.url and page is None:
        draft.unmapped((*at, "url"), "no address of a page", like=("exposures", "*", "url"))
    draft.say(
        key,
        at,
        name=exposed.label or exposed.name,
        description=exposed.description,
        exposureType=exposed.type,
        homepage=page,
        maturity=exposed.maturity,
        uniqueId=str(at[-1]),
        tags=exposed.tags,
    )
    owner = owner_of(exposed, manifest, draft)
    if owner is not None:
        draft.link(Rel.OWNED_BY, key, owner, at)
    domain = meant(exposed.meta).domain
    if domain is not None:
        draft.link(Rel.IN_DOMAIN, key, draft.thing(Label.DOMAIN, domain, at=at), at)
    for unique_id in exposed.depends_on:
        node = manifest.nodes.get(unique_id)
        if node is None:
            place = (*at, "depends_on", "nodes")
            why = "no model, seed, snapshot or source"
            draft.unmapped(place, why, like=("exposures", "*", "depends_on", "nodes"))
        else:
            draft.link(Rel.DEPENDS_ON, key, schema_key(draft, unique_id, node), at, dependencyType=node.kind)
    tell_the_rest(exposed.meta, at, ("domain",), draft)
