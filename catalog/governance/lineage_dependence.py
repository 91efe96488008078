"""On which things a rule over lineage has to be asked anew because something in the graph is different."""

from collections.abc import Sequence

from catalog.aliases import dataset_of
from catalog.governance.checks.ground import Ground
from catalog.governance.difference import Difference
from catalog.governance.policy import LineageCheck, Rule
from catalog.graph import Direction
from catalog.identity import kind_of
from catalog.lineage_view import View
from ontology.vocabulary import Label, Rel

MAX_FIELDS = 10_000
"""Of more fields downstream a rule is asked of all."""
_OF_FIELDS = frozenset((Rel.HAS_FIELD, Rel.FEEDS, Rel.INFLUENCES, Rel.USED_BY, Rel.CLASSIFIED_AS))
_QUIET = frozenset(
    (
        *(Rel.OWNED_BY, Rel.HAS_ROLE, Rel.MEMBER_OF, Rel.MEANS, Rel.THEME, Rel.BROADER, Rel.HAS_POLICY),
        *(Rel.HAS_QUALITY_RULE, Rel.MEASURES, Rel.OF_METRIC, Rel.IN_DIMENSION, Rel.APPLIES_TO, Rel.TIGHTENS),
        *(Rel.WAIVES, Rel.DESCRIBES, Rel.PROVIDES, Rel.PROPOSES, Rel.PROPOSED_BY, Rel.ANSWERS),
        *(Rel.ANSWERED_BY, Rel.REPLACED_BY, Rel.HAS_PROPERTY, *_OF_FIELDS),
    )
)
"""Relationships that no rule about datasets, jobs and products looks at."""
_TAGS = frozenset((Rel.TAGGED, Rel.COVERS, Rel.GRANTED_TO, Rel.GRANTED_BY))
_PROMISES = frozenset((Rel.HAS_SLO, Rel.ON_METRIC))
_QUIET_TO = {
    Rule.CROSSING: _QUIET | _TAGS | _PROMISES,
    Rule.CYCLE: _QUIET | _TAGS | _PROMISES,
    Rule.ORPHAN: _QUIET | _TAGS | _PROMISES,
    Rule.REACH: _QUIET | _PROMISES,
    Rule.STALE: _QUIET | _TAGS,
}
_OBJECTIVES = frozenset(("slo", "metric"))
_WORDS = frozenset(
    (
        *("team", "person", "field", "schema-property", "classification", "personal-data", "term", "role"),
        *("document", "curation", "policy", "waiver", "usage-policy", "quality-rule", "proposal", "sign-off"),
    )
)
"""Kinds of things that no such rule looks at."""
_NAMED = frozenset(("product", "domain", "dataset", "job", "tag"))
"""Kinds of things of which a rule looks only at whether they are there."""
_KINDS = {
    Rule.REACH: _OBJECTIVES,
    Rule.STALE: frozenset(("agreement",)),
}


def of_lineage(grounds: Sequence[Ground], found: Difference, check: LineageCheck) -> frozenset[str] | None:
    """The things on which the verdict of a rule may be another; None: on all."""
    if check.rule is Rule.PROPAGATE:
        return _of_fields(grounds, found)
    if is_quiet(found, check.rule) or (_looks_at_no_objectives(check) and _is_of_objectives(found)):
        return frozenset()
    return None


def _looks_at_no_objectives(check: LineageCheck) -> bool:
    """Whether a rule looks at uses, agreements, deprecations or schemas, and not at what is promised of a service."""
    return check.rule in (Rule.UNAGREED, Rule.DEPRECATED) or (
        check.rule is Rule.COMPARE and check.of == Label.DATASET
    )


def _is_of_objectives(found: Difference) -> bool:
    """Whether nothing but objectives of contracts is different."""
    return found.types <= _PROMISES and all(kind_of(key) in _OBJECTIVES for key in found.nodes)


def is_quiet(found: Difference, rule: Rule) -> bool:
    """Whether a rule about datasets, jobs and products surely looks at nothing of what is different."""
    quiet = _QUIET_TO.get(rule)
    if quiet is None:
        return False
    kinds = _WORDS | _KINDS.get(rule, _OBJECTIVES | {"agreement"})
    loud = any(
        kind_of(key) not in kinds and (key in found.existing or kind_of(key) not in _NAMED)
        for key in found.nodes
    )
    return not loud and found.types <= quiet


def _of_fields(grounds: Sequence[Ground], found: Difference) -> frozenset[str] | None:
    """What is downstream of fields that differ, if nothing else does."""
    classified = {edge for edge in found.edges if edge.type == Rel.CLASSIFIED_AS}
    fields = {key for key in (*found.nodes, *found.ends) if kind_of(key) == "field"}
    types = found.types - {Rel.OWNED_BY, Rel.HAS_ROLE, Rel.MEMBER_OF, Rel.MEANS, Rel.THEME, Rel.TAGGED}
    others = {kind_of(key) for key in found.nodes} - {"field", "team", "person", "term", "tag"}
    if not types and not others and not fields:
        return frozenset()
    if not types <= _OF_FIELDS or any(edge.source not in fields for edge in classified):
        return None
    if others - {"dataset"} or any(kind_of(key) == "dataset" for key in found.existing):
        return None
    if any(dataset_of(field) is None for field in fields):
        return None
    reached: set[str] = set()
    for ground in grounds:
        ahead = _downstream(View(ground.reader, ground.at), fields)
        if ahead is None:
            return None
        reached |= ahead
    return frozenset(reached)


def _downstream(view: View, fields: set[str]) -> set[str] | None:
    """The fields of the datasets of these fields, all downstream of them, and the datasets of these, under all of
    their names; None where there are too many."""
    homes = {home for key in fields if (home := dataset_of(key)) is not None}
    view.classes.close_datasets(homes)
    own = view.fields({view.classes.name(home) for home in homes})
    view.classes.close_fields(fields)
    seen = {view.classes.name(key) for key in fields}.union(*own.values())
    frontier = set(seen)
    while frontier:
        if len(seen) > MAX_FIELDS:
            return None
        ahead = {to for column in view.columns(frontier, Direction.OUT) for to in column.targets}
        frontier = ahead - seen
        seen |= ahead
    keys = set(view.classes.keys(seen))
    datasets = {home for key in keys if (home := dataset_of(key)) is not None}
    view.classes.close_datasets(datasets)
    return keys | set(view.classes.keys({view.classes.name(home) for home in datasets})) | datasets
