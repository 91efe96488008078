"""A command as an export tells it: its type, its body, its order key."""

from collections.abc import Iterator

from catalog.canonical import NotJson, decode, encode
from catalog.command import Command
from catalog.snapshot import terms
from catalog.snapshot.quads import sight, value
from catalog.snapshot.sheet import Inconsistent, Sheet
from ontology.rdf import TYPE, Iri, quad


def command_quads(command: Command, base: str) -> Iterator[str]:
    """The lines of its block: the type first, then the others, sorted."""
    subject = base + command.key
    yield quad(subject, TYPE, Iri(terms.COMMAND))
    yield from sorted((*sight(subject, "", command.at), *value(subject, command.body)))


def read_command(sheet: Sheet, subject: str) -> Command:
    """The command that a block tells. Raises Inconsistent."""
    command = Command(sheet.sight(subject, ""), sheet.json(subject, terms.VALUE_TEXT))
    try:
        body = decode(command.body)
    except NotJson as error:
        raise Inconsistent(subject, "its value is no JSON") from error
    if not isinstance(body, dict) or not isinstance(body.get("command"), str):
        raise Inconsistent(subject, "its value names no command")
    if encode(body) != command.body or not subject.endswith(f"/{command.hash}"):
        raise Inconsistent(subject, "its key is not that of its value")
    return command
