"""JSON to plain values, and the lines on which they stand."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ingest.descriptors.place import ROOT, Path
from ingest.errors import MalformedDescriptor

MAX_LOCATED_CHARS = 4 * 1024 * 1024
"""Of longer texts, which machines write in one line or never read again, only the beginning is known."""

MAX_DIGITS = 100
"""A longer number is kept as text, as in YAML: Python makes some of them numbers, depending on how it is set up."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')


class NotJsonText(ValueError):
    """The text is no JSON. ``line`` and ``column`` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def read_json(text: str, max_depth: int) -> Any:
    """The value of a text. Raises NotJsonText; MalformedDescriptor for a key that is there twice, what is nested deeper
    than ``max_depth``, and half of a character, which is no text that a store could hold."""
    too_deep = f"The document is nested deeper than {max_depth} levels."
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=str, parse_int=_number)
    except json.JSONDecodeError as error:
        raise NotJsonText(error.msg, error.lineno, error.colno) from error
    except RecursionError as error:
        raise MalformedDescriptor(too_deep) from error
    if _is_deeper(value, max_depth):
        raise MalformedDescriptor(too_deep)
    if (half := _SURROGATE.search(text)) is not None:
        _refuse_halves(value, text.count("\n", 0, half.start()) + 1)
    return value


def _number(text: str) -> int | str:
    return int(text) if len(text) <= MAX_DIGITS else text


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether objects and lists lie in each other deeper than so many levels. Level by level: how deep Python goes
    depends on who calls, and what a document says must not."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return bool(level)


def _refuse_halves(value: Any, line: int) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = "There is half of a character, a surrogate without its other half."
        raise MalformedDescriptor(message, line=line) from error


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise MalformedDescriptor(f"An object has the key {key!r:.80} twice.")
        found[key] = value
    return found


def json_lines(text: str) -> Mapping[Path, int]:
    """The line of each value of a text that is JSON; of a long one only that of the whole."""
    if len(text) > MAX_LOCATED_CHARS:
        return {ROOT: 1}
    return _Scan(text).lines


class _Scan:
    """One pass over the tokens of a text that is known to be JSON."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._path: list[str | int] = []
        self._objects: list[bool] = []
        self._await_key = False
        line = 1
        for match in _TOKEN.finditer(text):
            token = match.group()
            if token == "\n":
                line += 1
            else:
                self._take(token, line)

    def _take(self, token: str, line: int) -> None:
        if token in "]}":
            self._close()
        elif token == ",":
            self._next()
        elif self._await_key and token[0] == '"':
            self._path[-1] = json.loads(token)
            self.lines[tuple(self._path)] = line
            self._await_key = False
        elif token != ":":
            self.lines.setdefault(tuple(self._path), line)
            if token in "[{":
                self._open(token == "{")

    def _open(self, is_object: bool) -> None:
        self._objects.append(is_object)
        self._path.append("" if is_object else 0)
        self._await_key = is_object

    def _close(self) -> None:
        self._objects.pop()
        self._path.pop()
        self._await_key = False

    def _next(self) -> None:
        if self._objects[-1]:
            self._await_key = True
        else:
            last = self._path[-1]
            assert isinstance(last, int)
            self._path[-1] = last + 1
