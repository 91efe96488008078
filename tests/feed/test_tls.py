"""https: the connection goes to the address that was checked, the certificate has to be of the name."""

import asyncio
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.webhooks.sender import Answer, SendFailed, send, trusting
from api.webhooks.target import Allowed, target_of
from tests.feed.receiver import Receiver, receiving

NAME, OTHER = "hooks.example", "other.example"
ALLOWED = Allowed.parse([NAME, OTHER])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of NAME that trusts itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", str(key), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    return made, key


@pytest.fixture
def receiver(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A receiver on loopback that both names mean."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    real = socket.getaddrinfo

    def here(host: Any, *arguments: Any, **named: Any) -> Any:
        return real("127.0.0.1" if host in (NAME, OTHER) else host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    trusting.cache_clear()
    with receiving(context) as one:
        yield one
    trusting.cache_clear()


def _send(receiver: Receiver, host: str) -> Answer:
    target = target_of(f"https://{host}:{receiver.port}/hook")
    return asyncio.run(send(target, ALLOWED, {}, b"{}", timeout_s=10))


def test_https__is_sent_to_who_proves_the_name(
    receiver: Receiver, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    assert _send(receiver, NAME) == Answer(200)
    assert receiver.requests[0].headers["host"] == f"{NAME}:{receiver.port}"


def test_https__is_not_sent_to_who_proves_another_name(
    receiver: Receiver, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    with pytest.raises(SendFailed, match="certificate is not valid"):
        _send(receiver, OTHER)
    assert receiver.requests == []


def test_https__is_not_sent_to_who_is_not_trusted(receiver: Receiver) -> None:
    with pytest.raises(SendFailed, match="certificate is not valid"):
        _send(receiver, NAME)
    assert receiver.requests == []
