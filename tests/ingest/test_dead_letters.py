"""Dead letters: kept as they came, but for secrets in addresses; the same delivery is one entry."""

from catalog.entry import EntryKind, LogEntry, Status
from catalog.statement import NOTHING
from ingest.dead_letters import content_of, dead_letter
from ingest.errors import Unparsable
from ingest.replay import interpret_again


def letter(data: bytes, source: str = "kafka:events/0/7") -> LogEntry:
    return dead_letter(data, source, Unparsable("no JSON"), received_ns=1)


def test_letter__is_in_quarantine_with_its_reason() -> None:
    found = letter(b"{")
    assert (found.kind, found.status) == (EntryKind.UNRECOGNISED, Status.QUARANTINED)
    assert [(one.code, one.message) for one in found.problems] == [("unparsable", "no JSON")]


def test_letter__has_the_bytes() -> None:
    for data in (b"", b"{", b"\xff\x00", "\u00e9\x00".encode()):
        assert content_of(letter(data)) == data


def test_letter__has_no_user_info() -> None:
    found = letter(b'{"uri": "postgres://ada:hunter2@db/x"')
    assert "hunter2" not in found.body
    assert "db/x" in found.body
    assert found.hash != letter(b'{"uri": "postgres://ada:other@db/x"').hash


def test_letter__of_one_delivery_is_one_entry() -> None:
    assert letter(b"{").hash == letter(b"{").hash
    assert letter(b"{").hash != letter(b"{", "kafka:events/0/8").hash


def test_letter__stays_what_it_is_in_a_replay() -> None:
    assert interpret_again(letter(b"{")) == (letter(b"{"), NOTHING)
