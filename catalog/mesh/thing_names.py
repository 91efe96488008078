"""What a schema says of where its table lies: its full names, its platform, and what its servers say beside."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.graph import Node
from catalog.mesh.declared import Declared
from catalog.mesh.environments import servers_of
from catalog.mesh.platforms import PLATFORMS, Platform, full_names


@dataclass(frozen=True, slots=True)
class Place:
    """One place at which a schema may lie. ``hosts``: the namespace names one of these, where there are any."""

    platform: Platform
    names: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    server: str | None = None

    def fits(self, namespace: str) -> bool:
        """Whether a namespace of the platform can be the one that is meant."""
        authority = namespace.partition("://")[2].casefold()
        return not self.hosts or any(_names_host(authority, host.casefold()) for host in self.hosts)


def _names_host(authority: str, host: str) -> bool:
    """``db.example.org:5432`` names ``db.example.org``; ``acme.eu-west-1.aws`` names the account ``acme``."""
    if authority.partition("/")[0] == host:
        return True
    return authority.startswith(host) and authority[len(host)] in ":./-"


def places(declared: Declared, schema: Node) -> tuple[Place, ...]:
    """The places of a schema: by what it says itself, filled in by each of the servers of its contract."""
    return tuple(_places(declared, schema.key, servers_of(declared, schema.key) or [""]))


def _places(declared: Declared, schema: str, servers: list[str]) -> Iterator[Place]:
    name = declared.text(schema, "physicalName") or declared.text(schema, "name")
    for server in servers:
        said = (declared.text(schema, "platform") or declared.text(server, "platform") or "").lower()
        platform = PLATFORMS.get(said)
        if platform is None or name is None:
            continue
        names = full_names(
            platform,
            declared.text(schema, "database") or declared.text(server, "database"),
            declared.text(schema, "databaseSchema") or declared.text(server, "databaseSchema"),
            name,
        )
        hosts = tuple(
            host for host in (declared.text(server, "host"), declared.text(server, "account")) if host
        )
        if names:
            yield Place(platform, names, hosts, declared.text(server, "name"))


def last_parts(declared: Declared, schema: str) -> frozenset[str]:
    """The names of a schema without what comes before the last dot or slash, in lower case."""
    names = (declared.text(schema, "physicalName"), declared.text(schema, "name"))
    return frozenset(last_part(name) for name in names if name)


def last_part(name: str) -> str:
    """``orders`` of ``shop.public.Orders`` or ``/data/orders``."""
    return name.replace("/", ".").rstrip(".").rpartition(".")[2].casefold()
