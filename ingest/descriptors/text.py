"""The text of a descriptor: YAML or JSON to plain values with their lines, within bounds.

YAML is read as its 1.2 core schema has it (https://yaml.org/spec/1.2.2/#103-core-schema): ``no`` and ``2024-01-31`` are
texts, ``true`` and ``1`` are not. No tag makes an object. An alias counts each time for as much as it stands for.
"""

from dataclasses import dataclass
from typing import Any

from ingest.descriptors.json_values import NotJsonText, json_lines, read_json
from ingest.descriptors.place import ROOT, Lines, Path
from ingest.descriptors.yaml_values import YamlLimits, read_yaml
from ingest.errors import MalformedDescriptor, TooLarge

MAX_YAML_BYTES = 16 * 1024 * 1024
"""What people write is a thousandth of it; what machines write, they write as JSON."""
MAX_VALUES = 500_000
"""Values of one YAML document, aliases counted for as much as they stand for."""
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a descriptor: plain values (dict, list, str, int, float, bool, None), and where they stand.

    ``index``: which part of its document it is, from 0.
    """

    value: Any
    lines: Lines
    index: int = 0

    def line(self, path: Path = ROOT) -> int | None:
        """The line on which a value begins, in the whole document."""
        return self.lines.line(path)


def read_parts(data: bytes, *, max_bytes: int = 64 * 1024 * 1024) -> list[Part]:
    """The parts of a descriptor, those that are empty left out.

    Raises MalformedDescriptor (with line and column as far as known) and TooLarge.
    """
    _bound(len(data), max_bytes, "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MalformedDescriptor("The document is not in UTF-8.", line=line) from error
    if text.lstrip()[:1] not in ("{", "["):
        return _yaml(text, len(data))
    try:
        return [Part(read_json(text, MAX_DEPTH), Lines(json_lines(text)))]
    except NotJsonText as error:
        return _yaml_or(error, text, len(data))


def _yaml(text: str, size: int) -> list[Part]:
    _bound(size, MAX_YAML_BYTES, " of YAML")
    read = read_yaml(text, YamlLimits(MAX_VALUES, MAX_DEPTH))
    return [
        Part(value, Lines(known), index) for index, (value, known) in enumerate(read) if value is not None
    ]


def _yaml_or(error: NotJsonText, text: str, size: int) -> list[Part]:
    """What begins with a brace and is no JSON may be YAML; where it is neither, it was meant as JSON."""
    try:
        return _yaml(text, size)
    except MalformedDescriptor:
        message = f"This is no JSON: {error}."
        raise MalformedDescriptor(message, line=error.line, column=error.column) from error


def _bound(size: int, bound: int, of: str) -> None:
    if size > bound:
        message = f"The document has {size} bytes; the bound{of} is {bound}."
        raise TooLarge(message, "Split it into several documents, or write it as JSON.")
