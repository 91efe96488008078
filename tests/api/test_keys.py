"""The keys file: what it holds, who may read it, what happens when two write it."""

import json
import stat
import threading
from pathlib import Path

import pytest

from api.errors import KeysFileError, UsageError
from api.keys import MAY, KeyRing, KeysFile, Permission, Role


def test_add__gives_a_token_that_finds_its_key(tmp_path: Path) -> None:
    keys = KeysFile(tmp_path / "keys.json")
    key, token = keys.add("orders", Role.EMITTER)
    assert keys.ring().find(token) == key
    assert (key.actor, key.role) == ("orders", Role.EMITTER)


def test_file__holds_no_token_and_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "keys.json"
    _, token = KeysFile(path).add("orders", Role.EMITTER)
    secret = token.split("_", 2)[2]  # which may hold "_" itself
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["version"] == 1


def test_token__has_256_random_bits(tmp_path: Path) -> None:
    keys = KeysFile(tmp_path / "keys.json")
    tokens = [keys.add("orders", Role.EMITTER)[1] for _ in range(5)]
    assert {len(token.split("_", 2)[2]) for token in tokens} == {43}
    assert len(set(tokens)) == 5


@pytest.mark.parametrize("token", ["", "mesh", "mesh_", "mesh__", "mesh_1_", "x" * 10_000, "mesh_é_ü"])
def test_find__knows_no_other_text(tmp_path: Path, token: str) -> None:
    keys = KeysFile(tmp_path / "keys.json")
    keys.add("orders", Role.EMITTER)
    assert keys.ring().find(token) is None


def test_find__wants_the_secret_of_this_id(tmp_path: Path) -> None:
    keys = KeysFile(tmp_path / "keys.json")
    first, second = (keys.add("orders", Role.EMITTER)[1].split("_", 2) for _ in range(2))
    assert keys.ring().find("_".join((first[0], first[1], second[2]))) is None


def test_revoke__removes_one_and_says_which(tmp_path: Path) -> None:
    keys = KeysFile(tmp_path / "keys.json")
    (kept, _), (gone, token) = keys.add("a", Role.READER), keys.add("b", Role.READER)
    assert keys.revoke(gone.id) == gone
    assert keys.ring() == KeyRing((kept,))
    assert keys.ring().find(token) is None


def test_revoke__of_an_unknown_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no key 'abc'"):
        KeysFile(tmp_path / "keys.json").revoke("abc")


def test_change_by_another_process__is_seen_at_the_next_look(tmp_path: Path) -> None:
    mine, other = KeysFile(tmp_path / "keys.json"), KeysFile(tmp_path / "keys.json")
    assert mine.ring() == KeyRing()
    key, _ = other.add("a", Role.READER)
    assert mine.ring() == KeyRing((key,))


def test_keys_added_at_once__are_all_kept(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=lambda: KeysFile(tmp_path / "keys.json").add("a", Role.READER))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(KeysFile(tmp_path / "keys.json").ring().keys) == 10


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"version": 2, "keys": []}', '{"version": 1, "keys": [{"id": "x"}]}']
)
def test_foreign_file__is_refused_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeysFileError):
        KeysFile(path).add("a", Role.READER)
    assert path.read_text() == content


def test_actor__must_have_a_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="must have a name"):
        KeysFile(tmp_path / "keys.json").add("  ", Role.READER)


def test_permissions__grow_from_reader_to_admin() -> None:
    assert MAY[Role.EMITTER] == {Permission.EMIT}
    assert MAY[Role.READER] == {Permission.READ}
    assert MAY[Role.READER] | MAY[Role.EMITTER] < MAY[Role.EDITOR] < MAY[Role.ADMIN] == set(Permission)
