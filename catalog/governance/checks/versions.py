"""Of contracts: whether a version that binds keeps what the version before it promised, or says a new major."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.coverage import spoken
from catalog.data_types.change import TypeChange, type_change
from catalog.data_types.families import differ
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import HOLDS, Outcome, unknown
from catalog.governance.verdict import EdgeRef, Step
from catalog.graph import Node
from catalog.mesh.declared import Declared
from catalog.mesh.schema_fields import SchemaProperty, schema_properties
from catalog.versions import BINDING, rank
from ontology.vocabulary import Rel

_NOT_YET = frozenset(("proposed", "draft"))
MAX_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Pair:
    """A version that binds, and the one before it (keys)."""

    before: str
    after: str


def judge(ground: Ground, targets: Mapping[str, Node]) -> dict[str, Outcome]:
    """What the versions of contracts say of each: two questions."""
    declared = ground.mesh.declared
    pairs = {key: _pairs(declared, key) for key in targets}
    both = {key for its in pairs.values() for pair in its for key in (pair.before, pair.after)}
    schemas = {schema for one in both for schema in declared.targets(one, Rel.HAS_SCHEMA)}
    properties = schema_properties(declared, schemas)
    return {key: _outcome(declared, properties, pairs[key]) for key in targets}


def _pairs(declared: Declared, contract: str) -> list[_Pair]:
    """Each version that binds with what it names as the version before it, else with the newest older one."""
    versions = [one for one in declared.sources(contract, Rel.VERSION_OF) if declared.is_described(one)]
    counting = [one for one in versions if declared.text(one, "status") not in _NOT_YET]
    ordered = sorted(counting, key=lambda one: rank(_version(declared, one)))
    found = []
    for place, one in enumerate(ordered):
        if declared.text(one, "status") in (None, *BINDING):
            named = [key for key in declared.targets(one, Rel.PREVIOUS_VERSION) if key in declared.nodes]
            before = named or ordered[max(place - 1, 0) : place]
            found += [_Pair(other, one) for other in before]
    return found


def _outcome(
    declared: Declared, properties: Mapping[str, list[SchemaProperty]], pairs: list[_Pair]
) -> Outcome:
    open_: Outcome | None = None
    for pair in pairs:
        broken = list(_broken(declared, properties, pair))
        if not broken:
            continue
        majors = [rank(_version(declared, one)) for one in (pair.before, pair.after)]
        if not all(found[0] for found in majors):
            names = " or ".join(_version(declared, one) for one in (pair.before, pair.after))
            open_ = unknown(f"A version breaks another, and which is the major of {names} cannot be told.")
        elif majors[0][1][0] == majors[1][1][0]:
            return _failed(declared, pair, broken)
    return open_ or HOLDS


def _failed(declared: Declared, pair: _Pair, broken: list[Step]) -> Outcome:
    before, after = (_version(declared, one) for one in (pair.before, pair.after))
    more = f" And {len(broken) - 1} more." if len(broken) > 1 else ""
    message = f"Version {after} breaks what {before} promised, and is no new major: {broken[0].text}{more}"
    beside = Step(f"It follows version {before}.", pair.before)
    return Outcome(False, message, (Step(f"Version {after} binds.", pair.after), beside, *broken[:MAX_SHOWN]))


def _broken(
    declared: Declared, properties: Mapping[str, list[SchemaProperty]], pair: _Pair
) -> Iterator[Step]:
    """What the later version does not keep: schemas, fields, their types, and what is said of their values."""
    after = {declared.name(one).casefold(): one for one in declared.targets(pair.after, Rel.HAS_SCHEMA)}
    for schema in declared.targets(pair.before, Rel.HAS_SCHEMA):
        title = declared.name(schema)
        other = after.get(title.casefold())
        if other is None:
            yield Step(f"{title} is no longer promised.", schema)
            continue
        now = {one.path.casefold(): one for one in properties[other]}
        for one in properties[schema]:
            wrong = _lost(one, now.get(one.path.casefold()))
            if wrong is not None:
                edge = EdgeRef(one.edge.type, one.edge.source, one.edge.target)
                yield Step(f"{title}.{one.path} {wrong}.", one.node.key, edge, one.edge.via)


def _lost(before: SchemaProperty, after: SchemaProperty | None) -> str | None:
    """What a field does not keep."""
    if after is None:
        return "is no longer promised"
    then, now = before.node.properties, after.node.properties
    physical = (then.get("physicalType"), now.get("physicalType"))
    if all(isinstance(one, str) for one in physical):
        change = type_change(str(physical[0]), str(physical[1]))
        if change in (TypeChange.NARROWED, TypeChange.INCOMPATIBLE):
            return f"was {physical[0]} and is {physical[1]}"
    elif before.types and after.types and all(differ(a, b) for a in before.types for b in after.types):
        return f"was {before.types[0]} and is {after.types[0]}"
    for name, said in (
        ("required", "may be empty now"),
        ("unique", "may repeat now"),
        ("primaryKey", "is no part of the key any more"),
    ):
        if then.get(name) is True and now.get(name) is not True:
            return said
    return None


def _version(declared: Declared, key: str) -> str:
    return declared.text(key, "version") or spoken(key)
