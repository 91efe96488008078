"""How a Neo4j URL is read; none of this needs a server."""

import pytest

from catalog.errors import UnknownStoreUrl
from catalog.store.neo4j_connection import Neo4jUrl


def test_url__user_and_password_are_percent_decoded() -> None:
    url = Neo4jUrl.parse("neo4j://us%40er:p%3Aa%2Fs%40s@example.org:7690/people")
    assert (url.server, url.database) == ("neo4j://example.org:7690", "people")
    assert url.auth == ("us@er", "p:a/s@s")


@pytest.mark.parametrize("path", ["", "/"])
def test_url__port_and_database_have_defaults(path: str) -> None:
    url = Neo4jUrl.parse(f"bolt+ssc://neo4j:secret@[::1]{path}")
    assert (url.server, url.database) == ("bolt+ssc://[::1]:7687", None)


def test_url__may_have_no_user() -> None:
    assert Neo4jUrl.parse("bolt://localhost").auth is None


def test_url__does_not_show_the_password() -> None:
    assert "secret" not in repr(Neo4jUrl.parse("neo4j://neo4j:secret@localhost"))


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://neo4j:secret@",
        "neo4j://neo4j:secret@localhost:port",
        "neo4j://neo4j:secret@localhost:99999",
        "neo4j://neo4j:secret@[::1",
        "neo4j://neo4j:secret@local\u2100host",
        "neo4j://neo4j:secret@localhost/one/two",
        "neo4j://neo4j:secret@localhost?database=people",
        "neo4j://neo4j:secret@localhost#people",
    ],
)
def test_url__unreadable_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UnknownStoreUrl) as caught:
        Neo4jUrl.parse(url)
    assert "secret" not in str(caught.value)
    assert caught.value.hint
