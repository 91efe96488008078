"""YAML to plain values, and the lines on which they stand: event by event, so that every bound holds at once.

Scalars are resolved by the core schema of YAML 1.2, not by 1.1's, which takes ``no`` for false and ``12:30`` for 750.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from ingest.descriptors.place import ROOT, Path
from ingest.errors import MalformedDescriptor, TooLarge

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MERGE = "<<"


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """``values``: how many scalars, lists and mappings, aliases counted for as much as they stand for."""

    values: int
    depth: int


@dataclass(slots=True)
class _Open:
    """A list or mapping under way. ``size``: how many values it has, with itself."""

    path: Path
    value: Any
    line: int
    anchor: str | None = None
    size: int = 1
    key: str | None = None
    merged: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Any
    size: int


def read_yaml(text: str, limits: YamlLimits) -> Iterator[tuple[Any, Mapping[Path, int]]]:
    """The documents of a stream: value and the line of each path. Raises MalformedDescriptor, TooLarge."""
    reader: _Reader | None = None
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.DocumentStartEvent):
                reader = _Reader(limits)
            elif isinstance(event, yaml.DocumentEndEvent):
                assert reader is not None
                yield reader.value, reader.lines
            elif reader is not None:
                reader.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = " ".join(part for part in (error.context, error.problem) if part)
        line, column = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
        raise MalformedDescriptor(f"This is no YAML: {where}.", line=line, column=column) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise MalformedDescriptor("A character that YAML does not allow.", line=line) from error
    except yaml.YAMLError as error:
        raise MalformedDescriptor(f"This is no YAML: {error}.") from error


class _Reader:
    """The value of one document, from the events of its text."""

    def __init__(self, limits: YamlLimits) -> None:
        self.value: Any = None
        self.lines: dict[Path, int] = {}
        self._limits = limits
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        assert event.start_mark is not None
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._start(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        plain = event.implicit[0]
        value = _resolved(event.value) if plain else self._tagged(event, line)
        if self._expects_key:
            self._key(event.value, line)
            return
        self._spend(1, line)
        self._anchor(event.anchor, value, 1)
        self._put(value, 1, line)

    def _tagged(self, event: yaml.ScalarEvent, line: int) -> Any:
        """The value of a quoted scalar, or of one whose tag says what it is."""
        if event.tag in (None, "!", f"{_CORE}str"):
            return event.value
        if event.tag in tuple(f"{_CORE}{name}" for name in ("int", "float", "bool", "null")):
            return _resolved(event.value)
        _refuse(
            f"The tag {event.tag!r:.60} is not read: a descriptor has texts, numbers, lists and mappings.",
            line,
        )

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        if self._expects_key:
            _refuse("A key that is an alias is not read.", line)
        found = self._anchors.get(event.anchor or "")
        if found is None:
            _refuse(f"The alias *{event.anchor} stands for nothing that is complete before it.", line)
        self._spend(found.size, line)
        self._put(found.value, found.size, line)

    def _start(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        if self._expects_key:
            _refuse("A key that is a list or a mapping is not read.", line)
        if event.tag not in (None, "!", f"{_CORE}map", f"{_CORE}seq"):
            _refuse(f"The tag {event.tag!r:.60} is not read.", line)
        if len(self._open) >= self._limits.depth:
            _refuse(f"The document is nested deeper than {self._limits.depth} levels.", line)
        self._spend(1, line)
        path = self._place()
        self.lines.setdefault(path, line)
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Open(path, value, line, event.anchor))

    def _end(self) -> None:
        closed = self._open.pop()
        for one in closed.merged:
            for key, value in one.items():
                closed.value.setdefault(key, value)
        self._anchor(closed.anchor, closed.value, closed.size)
        self._put(closed.value, closed.size, closed.line)

    @property
    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _key(self, key: str, line: int) -> None:
        top = self._open[-1]
        if key in top.value:
            _refuse(f"The key {key!r:.80} is there twice.", line)
        top.key = key
        if key != _MERGE:
            self.lines[(*top.path, key)] = line

    def _place(self) -> Path:
        """The path of the value that comes now."""
        if not self._open:
            return ROOT
        top = self._open[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else str(top.key))

    def _put(self, value: Any, size: int, line: int) -> None:
        if not self._open:
            self.value = value
            self.lines.setdefault(ROOT, line)
            return
        top = self._open[-1]
        top.size += size
        if isinstance(top.value, list):
            self.lines.setdefault((*top.path, len(top.value)), line)
            top.value.append(value)
            return
        key, top.key = top.key, None
        if key == _MERGE:
            top.merged += self._mergeable(value, line)
        else:
            top.value[key] = value

    def _mergeable(self, value: Any, line: int) -> list[dict[str, Any]]:
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in listed):
            _refuse("<< takes a mapping, or a list of mappings.", line)
        return listed

    def _anchor(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, size)

    def _spend(self, size: int, line: int) -> None:
        self._count += size
        if self._count > self._limits.values:
            message = (
                f"Up to line {line} the document has more than {self._limits.values} values, aliases counted."
            )
            raise TooLarge(message, "Split it into several documents.")


def _refuse(message: str, line: int) -> NoReturn:
    raise MalformedDescriptor(message, line=line)


def _resolved(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text[0] in "tT"
    if len(text) <= 100:
        if _INT.fullmatch(text):
            return int(text)
        if _OCTAL.fullmatch(text):
            return int(text[2:], 8)
        if _HEX.fullmatch(text):
            return int(text[2:], 16)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
