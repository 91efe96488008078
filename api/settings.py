"""Settings: read once from the environment, checked whole, then passed on."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from api.errors import InvalidSettings
from catalog.identity import DEFAULT_BASE
from ingest.redaction import DROPPED, REDACTED, Redaction
from ontology.rdf_reading import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_QUADS, RdfLimits

DEFAULT_STORE = "sqlite:///meshline.db"
KEYS_FILE = "meshline-keys.json"
MIB = 1024 * 1024
NONE = "none"
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one service runs.

    ``max_body_bytes`` bounds what arrives, ``max_inflated_bytes`` what it unpacks to, ``bodies_bytes`` what
    all bodies in hand may have together and ``queue_events`` how many events may wait for the store before the answer
    is 503; ``max_document_bytes`` and ``max_document_statements`` bound one document of RDF. ``redact`` and
    ``drop_facets`` say what of events is not stored. Of SPARQL: whether it is answered, the folder of its copy of the
    graph (None: beside the SQLite file), how long a query may take, the memory of the process that answers and the size
    of an answer. ``enforce``: whether policies that block refuse what is written. Of webhooks: hosts, networks beyond
    the public internet that they may send to, how often a change is tried, and how long after the first time in vain.
    """

    store: str = DEFAULT_STORE
    host: str = "127.0.0.1"
    port: int = 8000
    keys_file: Path = Path(KEYS_FILE)
    max_body_bytes: int = 32 * MIB
    max_inflated_bytes: int = 64 * MIB
    bodies_bytes: int = 256 * MIB
    queue_events: int = 10_000
    max_document_bytes: int = MAX_DOCUMENT_BYTES
    max_document_statements: int = MAX_DOCUMENT_QUADS
    redact: tuple[str, ...] = REDACTED
    drop_facets: tuple[str, ...] = DROPPED
    log_level: str = "info"
    base_iri: str = DEFAULT_BASE
    allowed_hosts: tuple[str, ...] = ()
    sparql: bool = True
    sparql_folder: Path | None = None
    sparql_seconds: int = 10
    sparql_memory_bytes: int = 1024 * MIB
    sparql_result_bytes: int = 16 * MIB
    enforce: bool = True
    webhook_allow: tuple[str, ...] = ()
    webhook_tries: int = 10
    webhook_retry_seconds: int = 5

    @property
    def beyond_loopback(self) -> bool:
        """Whether others than this machine can reach the service."""
        return not is_loopback(self.host)

    @property
    def redaction(self) -> Redaction:
        """What of an event is not stored."""
        return Redaction(self.redact, self.drop_facets)

    @property
    def document_limits(self) -> RdfLimits:
        """The bounds of one document."""
        return RdfLimits(self.max_document_bytes, self.max_document_statements)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **overrides: str | int | None) -> Self:
        """Read ``MESHLINE_*``; ``overrides`` (from command options; None says nothing) win.

        Raises InvalidSettings with every fault at once.
        """
        reader = _Reader(environ, {key: str(value) for key, value in overrides.items() if value is not None})
        store = reader.text("store", DEFAULT_STORE)
        host = reader.text("host", "127.0.0.1")
        port = reader.number("port", 8000, low=0, high=65535)
        keys_file, sparql_folder = reader.text("keys", ""), reader.text("sparql_folder", "")
        settings = cls(
            store=store,
            host=host,
            port=port,
            keys_file=Path(keys_file) if keys_file else default_keys_file(store),
            max_body_bytes=reader.number("max_body_bytes", 32 * MIB, low=1024),
            max_inflated_bytes=reader.number("max_inflated_bytes", 64 * MIB, low=1024),
            bodies_bytes=reader.number("bodies_bytes", 256 * MIB, low=1024),
            queue_events=reader.number("queue_events", 10_000, low=1),
            max_document_bytes=reader.number("max_document_bytes", MAX_DOCUMENT_BYTES, low=1024),
            max_document_statements=reader.number("max_document_statements", MAX_DOCUMENT_QUADS, low=1),
            redact=reader.words("redact", REDACTED, allowed=REDACTED),
            drop_facets=reader.words("drop_facets", DROPPED),
            log_level=reader.choice("log_level", "info", LOG_LEVELS),
            base_iri=reader.base_iri("base_iri", DEFAULT_BASE),
            allowed_hosts=tuple(
                part.strip().lower() for part in reader.text("allowed_hosts", "").split(",") if part
            ),
            sparql=reader.choice("sparql", "on", ("on", "off")) == "on",
            sparql_folder=Path(sparql_folder) if sparql_folder else None,
            sparql_seconds=reader.number("sparql_seconds", 10, low=1, high=3600),
            sparql_memory_bytes=reader.number("sparql_memory_bytes", 1024 * MIB, low=256 * MIB),
            sparql_result_bytes=reader.number("sparql_result_bytes", 16 * MIB, low=1024),
            enforce=reader.choice("enforce", "on", ("on", "off")) == "on",
            webhook_allow=reader.words("webhook_allow", ()),
            webhook_tries=reader.number("webhook_tries", 10, low=1, high=100),
            webhook_retry_seconds=reader.number("webhook_retry_seconds", 5, low=1, high=3600),
        )
        reader.raise_faults()
        return settings


class _Reader:
    """Reads values by name and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str], overrides: Mapping[str, str]) -> None:
        self._environ = environ
        self._overrides = overrides
        self._faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        if name in self._overrides:
            return self._overrides[name]
        return self._environ.get(_variable(name), "").strip() or default

    def number(self, name: str, default: int, low: int, high: int = 2**40) -> int:
        text = self.text(name, str(default))
        try:
            value = int(text.replace("_", ""))
        except ValueError:
            self._fault(name, f"{text!r} is not a whole number")
            return default
        if not low <= value <= high:
            self._fault(name, f"{value} is not between {low} and {high}")
            return default
        return value

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).lower()
        if value not in choices:
            self._fault(name, f"{value!r} is none of {', '.join(choices)}")
            return default
        return value

    def words(
        self, name: str, default: tuple[str, ...], allowed: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """Words separated by commas; ``none`` for none of them."""
        text = self.text(name, ",".join(default))
        found = () if text == NONE else tuple(word.strip() for word in text.split(",") if word.strip())
        for word in found:
            if allowed is not None and word not in allowed:
                self._fault(name, f"{word!r} is none of {', '.join((*allowed, NONE))}")
        return found

    def base_iri(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or not value.endswith(("/", "#")):
            self._fault(name, f"{value!r} is not an http(s) address that ends in / or #")
            return default
        return value

    def _fault(self, name: str, what: str) -> None:
        self._faults.append(f"{_variable(name)}: {what}")

    def raise_faults(self) -> None:
        if self._faults:
            raise InvalidSettings("; ".join(self._faults), "Correct or unset them.")


def _variable(name: str) -> str:
    return f"MESHLINE_{name.upper()}"


def default_keys_file(store: str) -> Path:
    """Beside the store file; in the working directory for a store that is no file."""
    if store.startswith("sqlite:///"):
        return Path(unquote(store.removeprefix("sqlite:///"))).parent / KEYS_FILE
    return Path(KEYS_FILE)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine only; a name we cannot judge is not."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
