"""The errors of ingest: each has a code of its own, a message and a hint."""

from ingest import errors
from ingest.errors import IngestError

ALL = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, IngestError)]


def test_errors__have_codes_of_their_own() -> None:
    assert len(ALL) == 28
    assert len({error.code for error in ALL}) == len(ALL)


def test_errors__that_are_raised_say_what_to_do() -> None:
    for error in ALL:
        if not error.__subclasses__():
            assert error.hint, error
            assert str(error("It went wrong.")) == f"It went wrong. {error.hint}"


def test_errors__take_a_hint_of_the_place() -> None:
    assert str(errors.TooLarge("Too large.", "Do this.")) == "Too large. Do this."


def test_errors__are_drawn_in_the_docstring() -> None:
    for error in ALL:
        assert error.__name__ in (errors.__doc__ or "")
