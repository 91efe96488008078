"""What several documents say of one thing, all of which counts: data and owners of a port, fields of a contract."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from catalog.coverage import spoken
from catalog.graph import Edge
from catalog.identity import kind_of
from catalog.mesh.declared import begin
from catalog.mesh.finding import Finding, FindingKind, FindingSeverity, Proof
from catalog.mesh.findings.context import Context
from catalog.mesh.findings.promises import OF_FIELDS
from catalog.statements import Stated, statements
from ontology.vocabulary import Rel

_OF_PORTS = {Rel.SERVES: "data", Rel.OFFERS: "data", Rel.OWNED_BY: "owners"}
_SHOWN = 3

Told = Mapping[str, Sequence[Stated]]
Says = dict[str, set[str]]
"""Document → what it says."""


def united(context: Context, told: Told) -> Iterator[Finding]:
    """Ports to which documents give different data or owners, versions of contracts with different fields."""
    for key, said in sorted(told.items()):
        if kind_of(key).endswith("-port"):
            for rel, word in _OF_PORTS.items():
                says = _says(said, rel)
                if _differ(says):
                    message = f"Documents give {context.spoken(key)} different {word}; all count."
                    yield _finding(context, key, rel, message, says)
    for key, says in sorted(_versions(context, told).items()):
        message = f"Documents give {context.spoken(key)} different fields; all of them count as one schema."
        yield _finding(context, key, Rel.HAS_PROPERTY, message, says)


def _says(said: Iterable[Stated], rel: str) -> Says:
    """What each document leads to from a thing; those that lead nowhere are left out."""
    found: Says = defaultdict(set)
    for one in said:
        if one.name == rel and one.edge is not None and kind_of(one.teller) == "document":
            found[one.teller].add(one.edge.target)
    return found


def _differ(says: Says) -> bool:
    return len({frozenset(found) for found in says.values()}) > 1


def _versions(context: Context, told: Told) -> dict[str, Says]:
    """The versions of contracts of which several documents have fields, and not the same."""
    schemas = {
        key: says
        for key, said in told.items()
        if kind_of(key) == "contract-version" and len(says := _says(said, Rel.HAS_SCHEMA)) > 1
    }
    fields = {
        schema: _says(told.get(schema, ()), Rel.HAS_PROPERTY)
        for says in schemas.values()
        for found in says.values()
        for schema in found
    }
    keys = {field for says in fields.values() for found in says.values() for field in found}
    said = statements(context.mesh.reader, keys, context.mesh.at) if keys else {}
    found = {key: _fields(says, fields, said) for key, says in schemas.items()}
    return {key: says for key, says in found.items() if _differ(says)}


def _fields(schemas: Says, fields: Mapping[str, Says], said: Told) -> Says:
    """What each document says of the fields of a version: which there are, of which types and rules."""
    return {
        teller: {
            words
            for schema in found
            for field in fields[schema].get(teller, ())
            for words in (
                field,
                *(
                    f"{field}: {one.name} {one.value}"
                    for one in said.get(field, ())
                    if one.teller == teller and one.name in OF_FIELDS
                ),
            )
        }
        for teller, found in schemas.items()
    }


def _finding(context: Context, key: str, rel: str, message: str, says: Says) -> Finding:
    every = set.intersection(*says.values())
    edges: dict[str, list[Edge]] = defaultdict(list)
    for edge in context.declared.out(key, *_OF_PORTS, Rel.HAS_SCHEMA):
        if edge.type == (Rel.HAS_SCHEMA if rel == Rel.HAS_PROPERTY else rel):
            edges[edge.via].append(edge)
    return context.finding(
        kind=FindingKind.SOURCE_CONFLICT,
        severity=FindingSeverity.WARN,
        cause=(key, rel),
        subject=key,
        product=context.product_of(key),
        message=message,
        remedy="Let one document say it; what differs is another port, or another version of the contract.",
        since=begin(edge for teller in says for edge in edges[teller]),
        evidence=[
            Proof(
                f"{spoken(teller)} says {_shown(found - every)}.",
                (teller,),
                tuple(edges[teller]),
            )
            for teller, found in sorted(says.items())
        ],
    )


def _shown(found: Collection[str]) -> str:
    """What only some say."""
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (", ".join(sorted(found)[:_SHOWN]) or "nothing beyond that") + more
