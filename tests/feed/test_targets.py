"""Where webhooks may send: what is refused, also when it hides."""

import asyncio
import ipaddress
import socket
from typing import Any

import pytest

from api.errors import InvalidSettings, WebhookRefused
from api.webhooks.sender import SendFailed, send
from api.webhooks.target import Allowed, addresses_of, is_public, target_of
from tests.feed.receiver import receiving

NOWHERE = Allowed()

PRIVATE = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "fe80::1",
    "fd00:ec2::254",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "192.0.0.192",
    "192.88.99.1",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "fec0::1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::127.0.0.1",
)


@pytest.mark.parametrize("text", PRIVATE)
def test_address__that_is_not_public_is_refused(text: str) -> None:
    host = f"[{text}]" if ":" in text else text

    assert not is_public(ipaddress.ip_address(text))
    with pytest.raises(WebhookRefused, match="not public"):
        addresses_of(target_of(f"https://{host}/"), NOWHERE)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_address__that_is_public_is_taken(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "localhost", "localhost."])
def test_host__that_spells_loopback_otherwise_is_refused(host: str) -> None:
    with pytest.raises(WebhookRefused):
        addresses_of(target_of(f"https://{host}/"), NOWHERE)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///path",
        "example.org",
        "https://ada:secret@example.org/",
        "https://example.org/#part",
        "https://example.org:99999/",
        "https://[::1/",
        "https://example.org/\r\nX: y",
        "https://example.org/a b",
        f"https://example.org/{'x' * 2000}",
        "",
    ],
)
def test_url__that_is_not_sent_to_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        target_of(url)


def test_http__is_only_for_what_is_allowed() -> None:
    public = target_of("http://8.8.8.8/")

    with pytest.raises(WebhookRefused, match="Plain http"):
        addresses_of(public, NOWHERE)
    assert addresses_of(public, Allowed.parse(["8.8.8.0/24"])) == ["8.8.8.8"]


def test_host__of_several_addresses_is_refused_for_one_that_is_private(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    with pytest.raises(WebhookRefused, match="not public"):
        addresses_of(target_of("https://example.org/"), NOWHERE)


def test_host__that_means_another_machine_later_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is public, the next is this machine."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: Any, *arguments: Any, **named: Any) -> Any:
        if host != "rebind.example":
            return real(host, *arguments, **named)
        asked.append(host)
        address = "203.0.113.1" if len(asked) == 1 else "127.0.0.1"
        return real(address, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    allowed = Allowed.parse(["203.0.113.0/24"])
    with receiving() as receiver:
        target = target_of(f"http://rebind.example:{receiver.port}/")
        with pytest.raises(SendFailed):
            asyncio.run(send(target, allowed, {}, b"{}", timeout_s=0.5))
        with pytest.raises(WebhookRefused, match="Plain http"):
            asyncio.run(send(target, allowed, {}, b"{}", timeout_s=0.5))
        assert receiver.requests == []
    assert len(asked) == 2  # one look for each request, and none behind it


def test_failure__tells_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    target = target_of(f"http://localhost:{port}/")

    with pytest.raises(SendFailed) as caught:
        asyncio.run(send(target, Allowed.parse(["localhost"]), {}, b""))
    assert str(caught.value) == "No connection to localhost: Connection refused."


def test_allowed__takes_hosts_and_networks_and_nothing_else() -> None:
    allowed = Allowed.parse(["Hooks.Internal", "10.1.0.0/16", "::1"])

    assert allowed.names("hooks.internal")
    assert allowed.holds(ipaddress.ip_address("10.1.2.3"))
    assert not allowed.holds(ipaddress.ip_address("10.2.0.1"))
    with pytest.raises(InvalidSettings):
        Allowed.parse(["10.1.0.0/99"])
