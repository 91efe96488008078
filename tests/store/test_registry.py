"""From URLs to stores."""

from pathlib import Path
from urllib.parse import quote

import pytest

from catalog.errors import UnknownStoreUrl
from catalog.store.memory import MemoryStore
from catalog.store.registry import NEO4J_SCHEMES, open_store
from catalog.store.sqlite import SqliteStore


@pytest.mark.parametrize("url", ["memory:", "memory://", "MEMORY:", " memory: "])
def test_memory__opens_a_new_store_each_time(url: str) -> None:
    store = open_store(url)
    assert isinstance(store, MemoryStore)
    assert open_store(url) is not store


def test_sqlite__with_three_slashes_is_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///mesh.db")
    store.close()
    assert isinstance(store, SqliteStore)
    assert (tmp_path / "mesh.db").is_file()


def test_sqlite__with_four_slashes_is_absolute(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/mesh.db").close()
    assert (tmp_path / "mesh.db").is_file()


def test_sqlite__takes_an_encoded_path(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/{quote('my mesh%é?.db')}").close()
    assert (tmp_path / "my mesh%é?.db").is_file()


@pytest.mark.parametrize("scheme", sorted(NEO4J_SCHEMES))
def test_neo4j__is_opened_with_the_whole_url(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from catalog.store import neo4j

    opened: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        neo4j, "Neo4jStore", lambda url, *, of_any_ontology: opened.append((url, of_any_ontology))
    )
    open_store(f"{scheme}://user:password@localhost:7687/mesh", of_any_ontology=True)
    assert opened == [(f"{scheme}://user:password@localhost:7687/mesh", True)]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "mesh.db",
            "/tmp/mesh.db",
            "postgres://ann:secret@host/db",
            "sqlite:mesh.db",
            "sqlite:/mesh.db",
        ),
        *(
            "sqlite://mesh.db",
            "sqlite://",
            "sqlite:///",
            "sqlite:////",
            "sqlite:///a%00b",
            "memory:x",
            "neo4jx://h",
        ),
        *("//ann:secret@host", "ann:secret@host:7687", "sqlite://ann:secret@host/x"),
    ],
)
def test_an_unknown_url__is_refused_with_the_forms_and_without_the_secret(url: str) -> None:
    with pytest.raises(UnknownStoreUrl) as raised:
        open_store(url)
    assert "sqlite:///file.db" in str(raised.value)
    assert "neo4j://" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_sqlite_in_memory__is_refused_with_a_hint() -> None:
    with pytest.raises(UnknownStoreUrl, match="Use memory: for a store that is not kept"):
        open_store("sqlite:///:memory:")
