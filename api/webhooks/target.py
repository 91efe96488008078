"""Where a webhook may send: what is checked of its address when it is made, and of each connection.

Every address that the name of the host has is checked, and the connection is made to one that was: a name that means
another machine a moment later (DNS rebinding) leads nowhere else.
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias
from urllib.parse import urlsplit

from api.errors import InvalidSettings, WebhookRefused

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

MOST_CHARACTERS = 2_000
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_V4_COMPATIBLE = ipaddress.IPv6Network("::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given to the public internet; site-local and other old ranges are beside it."""
_NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "192.0.0.0/24",  # of IETF protocols; the metadata service of one cloud is in it
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # the agent of a cloud, on each of its machines
    )
)
"""What Python takes for public, and leads to no receiver of anybody."""
_HINT = "Name a public https address; an operator allows others with MESHLINE_WEBHOOK_ALLOW."


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks beyond the public internet that webhooks may send to, over plain http too."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self:
        """From names of hosts, addresses, and networks as ``10.1.0.0/16``. Raises InvalidSettings."""
        networks, hosts = list[Network](), set[str]()
        for word in words:
            try:
                networks.append(ipaddress.ip_network(word.strip("[]"), strict=False))
            except ValueError:
                if "/" in word or ":" in word:
                    message = f"MESHLINE_WEBHOOK_ALLOW: {word!r} is neither a host nor a network."
                    raise InvalidSettings(message, "It looks like hooks.internal,10.1.0.0/16") from None
                hosts.add(word.lower().rstrip("."))
        return cls(tuple(networks), frozenset(hosts))

    def names(self, host: str) -> bool:
        """Whether a host is allowed by its name."""
        return host in self.hosts

    def holds(self, address: Address) -> bool:
        """Whether an address is in one of the networks."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """The address of a webhook, taken apart. ``path``: with the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def target_of(url: str) -> Target:
    """The target of a URL. Raises WebhookRefused where it is none that is sent to."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        named = host if _address(host) else host.encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise WebhookRefused(f"It is no URL: {error}.", _HINT) from error
    if parts.scheme not in _PORTS or not named:
        raise WebhookRefused("It is no https or http URL of a host.", _HINT)
    if parts.username is not None or parts.password is not None:
        raise WebhookRefused("It has a user or password in it.", "Receivers verify the signature instead.")
    if (
        len(url) > MOST_CHARACTERS
        or parts.fragment
        or not (url.isascii() and url.isprintable())
        or " " in url
    ):
        raise WebhookRefused("It is too long, or has a fragment, spaces or characters beyond ASCII.", _HINT)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return Target(parts.scheme, named, _PORTS[parts.scheme] if port is None else port, path)


def addresses_of(target: Target, allowed: Allowed) -> list[str]:
    """The addresses that may be connected to. Asks the resolver: call it in a thread.

    Raises WebhookRefused where any address is not to be sent to, or there is none.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise WebhookRefused(
            f"The host {target.host} is not found: {error.strerror}.", _HINT, lasting=False
        ) from error
    texts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allowed.names(target.host):
        for text in texts:
            _check(target, ipaddress.ip_address(text.partition("%")[0]), allowed)
    return texts


def _check(target: Target, address: Address, allowed: Allowed) -> None:
    if allowed.holds(address):
        return
    if target.scheme != "https":
        raise WebhookRefused("Plain http is not sent to this host.", _HINT)
    if not is_public(address):
        # The address is not told: who may make webhooks is not to learn the addresses of the network from it.
        raise WebhookRefused(f"The host {target.host} has an address that is not public.", _HINT)


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address not in _UNICAST:
            return False
    elif any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _V4_COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
