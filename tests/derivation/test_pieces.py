"""Reports are cut in time where they say something else, and nowhere else."""

from typing import Any

from ingest.derivation.report import Piece, add_piece, encoded, encoded_past

ONE: dict[str, Any] = {"status": "COMPLETE"}
OTHER: dict[str, Any] = {"status": "PARTIAL"}


def added(*pieces: Piece) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        add_piece(found, piece)
    return found


def test_a_report__that_goes_on_is_one() -> None:
    assert added((1, 3, ONE), (3, 5, dict(ONE)), (5, None, dict(ONE))) == [(1, None, ONE)]


def test_a_report__that_says_something_else_is_another() -> None:
    pieces = [(1, 3, ONE), (3, None, OTHER)]
    assert added(*pieces) == pieces


def test_a_report__behind_a_gap_is_another() -> None:
    pieces = [(1, 3, ONE), (4, None, ONE)]
    assert added(*pieces) == pieces


def test_reports__tell_since_when_and_those_of_the_past_until_when() -> None:
    pieces = [(1, 3, ONE), (3, None, OTHER)]
    assert encoded(pieces) == '[{"since":3,"status":"PARTIAL"}]'
    assert encoded_past(pieces) == {1: '[[3,{"since":1,"status":"COMPLETE"}]]'}
    assert encoded([(1, 3, ONE)]) is None
