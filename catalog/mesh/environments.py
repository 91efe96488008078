"""Which servers of a contract count: where one is production, those in other environments stand aside.

A copy of a product in development or test is no part of what the product offers: its failed runs are not those of the
product, and what its table looks like breaks no promise. Where no environment is production, nothing says which server
is meant more than others: all count.
"""

from collections.abc import Iterable

from catalog.mesh.declared import Declared
from ontology.vocabulary import Rel

PRODUCTION = frozenset(("prod", "production", "prd", "live"))
"""Words for the environment whose data is what a product offers, without regard to case."""


def servers_of(declared: Declared, schema: str) -> list[str]:
    """The servers (keys) of the contract versions that have a schema."""
    versions = declared.sources(schema, Rel.HAS_SCHEMA)
    return [server for version in versions for server in declared.targets(version, Rel.HAS_SERVER)]


def servers_aside(declared: Declared, schema: str) -> frozenset[str]:
    """The names of the servers of a schema that do not count: those of which an environment is told that is not
    production, where that of another is."""
    words = {
        declared.text(server, "name") or "": _words(declared, server)
        for server in servers_of(declared, schema)
    }
    if not any(_is_production(said) for said in words.values()):
        return frozenset()
    return frozenset(name for name, said in words.items() if said and not _is_production(said))


def _words(declared: Declared, server: str) -> list[str]:
    return [declared.name(key) for key in declared.targets(server, Rel.IN_ENVIRONMENT)]


def _is_production(words: Iterable[str]) -> bool:
    return any(word.casefold() in PRODUCTION for word in words)
