"""API keys: bearer tokens with an actor and a role, kept hashed in one JSON file.

A token is ``mesh_{id}_{secret}`` with a secret of 256 random bits. The file keeps its SHA-256: a slow password
hash guards guessable secrets, and nobody guesses 256 bits, so a fast one is as safe and costs a request nothing.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from api.errors import KeysFileError, UsageError

_PREFIX = "mesh"
_VERSION = 1


class Role(StrEnum):
    """What a key may do: see ``MAY``."""

    EMITTER = "emitter"
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing a request may need."""

    EMIT = "emit"
    READ = "read"
    MUTATE = "mutate"
    ADMINISTER = "administer"


MAY = {
    Role.EMITTER: frozenset({Permission.EMIT}),
    Role.READER: frozenset({Permission.READ}),
    Role.EDITOR: frozenset({Permission.EMIT, Permission.READ, Permission.MUTATE}),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as kept: everything but the token."""

    id: str
    actor: str
    role: Role
    sha256: str
    created: str


def is_keys_file(content: bytes) -> bool:
    """Whether this is the content of a keys file; nothing else has exactly its members."""
    if b'"keys"' not in content[:64]:
        return False
    try:
        said = json.loads(content)
    except ValueError:
        return False
    return isinstance(said, dict) and said.keys() == {"version", "keys"}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one file at one moment."""

    keys: tuple[Key, ...] = ()

    def find(self, token: str) -> Key | None:
        """The key of a token; the comparison takes the same time wherever the token differs."""
        parts = token.split("_", 2)
        if len(parts) != 3:
            return None
        key = next((key for key in self.keys if key.id == parts[1]), None)
        if key is None or not hmac.compare_digest(key.sha256, _hash(token)):
            return None
        return key


class KeysFile:
    """The keys file. Reading it again after a change costs one stat, so that a revoked key ends at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._ring = KeyRing()

    def ring(self) -> KeyRing:
        """The keys of now; none when there is no file. Raises KeysFileError."""
        stamp = self._current_stamp()
        if stamp != self._stamp:
            self._ring = self._read() if stamp else KeyRing()
            self._stamp = stamp
        return self._ring

    def add(self, actor: str, role: Role) -> tuple[Key, str]:
        """Make a key; the token is returned this once and cannot be read again."""
        if not actor.strip():
            raise UsageError("The actor of a key must have a name.")
        key_id = secrets.token_hex(4)
        token = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
        created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        key = Key(key_id, actor.strip(), role, _hash(token), created)
        with self._locked():
            self._write((*self.ring().keys, key))
        return key, token

    def revoke(self, key_id: str) -> Key:
        """Remove a key. Raises UsageError when there is none of this id."""
        with self._locked():
            keys = self.ring().keys
            gone = next((key for key in keys if key.id == key_id), None)
            if gone is None:
                raise UsageError(f"There is no key {key_id!r} in {self._path}.", "See `meshline key list`.")
            self._write(tuple(key for key in keys if key.id != key_id))
        return gone

    def _current_stamp(self) -> tuple[int, int, int] | None:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysFileError(f"Cannot read the keys file {self._path}: {error.strerror}.") from error
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> KeyRing:
        try:
            content = json.loads(self._path.read_bytes())
            if content["version"] != _VERSION:
                raise KeysFileError(f"{self._path} is of another version of meshline.")
            return KeyRing(tuple(_key(row) for row in content["keys"]))
        except OSError as error:
            raise KeysFileError(f"Cannot read the keys file {self._path}: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError) as error:
            hint = "Restore it, or name another one with MESHLINE_KEYS."
            raise KeysFileError(f"{self._path} is not a keys file of meshline.", hint) from error

    def _write(self, keys: tuple[Key, ...]) -> None:
        """Replace the file whole, readable by its owner only."""
        content = json.dumps({"version": _VERSION, "keys": [asdict(key) for key in keys]}, indent=1) + "\n"
        new = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, self._path)
        except OSError as error:
            raise KeysFileError(f"Cannot write the keys file {self._path}: {error.strerror}.") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other ``meshline key`` commands out between reading and replacing."""
        lock = self._path.with_name(f"{self._path.name}.lock")
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise KeysFileError(
                f"Cannot write beside the keys file {self._path}: {error.strerror}."
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _key(row: dict[str, Any]) -> Key:
    return Key(str(row["id"]), str(row["actor"]), Role(row["role"]), str(row["sha256"]), str(row["created"]))
