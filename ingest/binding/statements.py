"""One text, statement by statement, as its database would take it: bound, never run over data."""

import json
import re
from dataclasses import dataclass, field

import duckdb

from ingest.binding.casts import Casts, Outcome
from ingest.binding.plan import casts_of
from ingest.binding.refusals import UNDECIDED, Refusal, raised, refusal
from ingest.binding.sandbox import HOST, MORE, UNKNOWN_TYPE, Sandbox, dotted
from ingest.binding.tokens import Word, between, bracketed, created, name_at, place_of, words_of
from ingest.binding.types import kind_of

Columns = list[tuple[str, str | None]]
Name = tuple[str, ...]
_EXPLICIT = (b"cast", b"::")
_READERS = re.compile(r"\b((read_|scan_)\w+|\w+_scan)(?=\s*\()", re.IGNORECASE)
_FILLING = {
    duckdb.StatementType.INSERT: "INTO",
    duckdb.StatementType.UPDATE: "UPDATE",
    duckdb.StatementType.DELETE: "FROM",
    duckdb.StatementType.MERGE_INTO: "INTO",
}
_IDLE = {
    duckdb.StatementType.TRANSACTION,
    duckdb.StatementType.PRAGMA,
    duckdb.StatementType.VACUUM,
    duckdb.StatementType.ANALYZE,
    duckdb.StatementType.LOAD,
    duckdb.StatementType.ATTACH,
    duckdb.StatementType.DETACH,
    duckdb.StatementType.VARIABLE_SET,
    duckdb.StatementType.CALL,
}
"""What changes no table; what is attached or loaded so is not there, and what needs it is undecided."""


@dataclass(slots=True)
class Script:
    """A text on its way through a sandbox."""

    sandbox: Sandbox
    casts: Casts
    target: Name | None
    written: dict[Name, Name] = field(default_factory=dict)
    """Tables that it makes or fills: folded, and as the text writes them."""
    found: set[tuple[str, str, bool, bool, int, bool]] = field(default_factory=set)
    number: int = 0
    """Of the statement."""
    queried: Columns | None = None
    """Of its last query that stands alone; None: none, or not known."""

    def run(self, text: str) -> None:
        """Raises Refusal when a statement does not bind."""
        if HOST in text.casefold():
            raise Refusal(UNDECIDED, f"{HOST} is a name of the binder's own.")
        try:
            statements = duckdb.extract_statements(self._with_files(text))
        except duckdb.Error as error:
            raise Refusal(UNDECIDED, str(error).split("\n")[0]) from error
        for self.number, statement in enumerate(statements):
            try:
                self._statement(statement.type, statement.query.strip().rstrip(";"))
            except duckdb.Error as error:
                raise raised(error, whole=self.sandbox.whole) from error

    def columns(self, name: Name) -> Columns | None:
        """Of a table as it is now, with MORE among them where not all are known; None: it is not there."""
        try:
            return self._described(f"DESCRIBE {dotted(name)}")
        except duckdb.Error:
            return None

    def _statement(self, kind: duckdb.StatementType, text: str) -> None:
        if kind == duckdb.StatementType.SELECT:
            self._plan(text)
            self.queried = self._described(f"DESCRIBE {text}") if self.target else None
            return
        words = words_of(text)
        if kind == duckdb.StatementType.CREATE:
            self._create(text, words)
        elif kind in _FILLING:
            self._plan(text)
            self._fills(words, _FILLING[kind])
        elif kind == duckdb.StatementType.DROP:
            self._drop(text, words)
        elif kind == duckdb.StatementType.ALTER:
            self._alter(text, words)
        elif kind == duckdb.StatementType.COPY:
            self._copy(text, words)
        elif kind == duckdb.StatementType.MULTI:
            self._pivot(text, words)
        elif kind == duckdb.StatementType.SET:
            self._set(text, words)
        elif kind not in _IDLE:
            raise Refusal(UNDECIDED, f"A statement of the kind {kind.name} is not bound.")

    def _plan(self, text: str) -> None:
        """Bind a statement, and keep its casts."""
        question = "SELECT json_serialize_plan(?, optimize := false)"
        rows = self.sandbox.connection.execute(question, [text]).fetchall()
        plan = json.loads(rows[0][0])
        if plan["error"]:
            if plan["error_type"] != "not implemented":
                raise refusal(plan["error_type"], plan["error_message"], whole=self.sandbox.whole)
            raise Refusal(UNDECIDED, str(plan["error_message"]))
        data = text.encode()
        for cast in casts_of(plan):
            outcome = self.casts.outcome(cast, self.sandbox.was.get(cast.origin) if cast.origin else None)
            if outcome is not Outcome.NEVER_FAILS:
                source = cast.source if cast.constant is None else f"'{cast.constant[:60]}'"
                written = data[cast.place :][: cast.length].lower() if cast.place >= 0 else b""
                place = -1 if cast.place < 0 else (self.number << 32) + cast.place
                implied = not written.startswith(_EXPLICIT)
                certain = outcome is Outcome.FAILS
                likely = certain or (
                    cast.source == "VARCHAR" and kind_of(cast.target) in self.sandbox.no_text_now
                )
                self.found.add((source, cast.target, implied, certain, place, likely))

    def _described(self, question: str) -> Columns:
        rows = self.sandbox.connection.execute(question).fetchall()
        return [(str(row[0]), None if row[1] == UNKNOWN_TYPE else str(row[1])) for row in rows]

    def _create(self, text: str, words: list[Word]) -> None:
        kind, before, place = created(words)
        if kind not in ("TABLE", "VIEW"):
            self._quietly(text) if kind == "SCHEMA" else self.sandbox.connection.execute(text)
            return
        name, behind = name_at(words, place)
        if_not_exists = place < len(words) and words[place].upper == "IF"
        self._make_way(name, keep=if_not_exists or (kind == "TABLE" and "REPLACE" in before))
        if kind == "VIEW":
            self.sandbox.connection.execute(text)
            self._plan(f"FROM {dotted(name)}")
        else:
            query = place_of(words[behind:], "AS") is not None
            self._plan(text)
            self.sandbox.connection.execute(f"{_without_data(text, words)}\nWITH NO DATA" if query else text)
        if not before & {"TEMP", "TEMPORARY"}:
            self._writes(name)

    def _make_way(self, name: Name, *, keep: bool) -> None:
        """A table that was given because the text names it is not there yet where the text makes it."""
        place = self.sandbox.place(name)
        if not keep and place is not None and place in self.sandbox.given:
            self.sandbox.given.discard(place)
            self._quietly(f"DROP TABLE {dotted(place)}")

    def _fills(self, words: list[Word], keyword: str) -> None:
        place = place_of(words, keyword)
        if place is None:
            place = place_of(words, "TRUNCATE")
        if place is not None:
            name, _ = name_at(words, place + 1)
            self._writes(name)

    def _writes(self, name: Name) -> None:
        self.written[tuple(part.casefold() for part in name)] = name

    def _drop(self, text: str, words: list[Word]) -> None:
        self._quietly(text)
        if len(words) > 1 and words[1].upper in ("TABLE", "VIEW"):
            name, _ = name_at(words, 2)
            self.written.pop(tuple(part.casefold() for part in name), None)

    def _quietly(self, text: str) -> None:
        """Run what may have nothing to do: what it would drop is not there, what it would make is."""
        try:
            self.sandbox.connection.execute(text)
        except duckdb.CatalogException:
            return

    def _alter(self, text: str, words: list[Word]) -> None:
        self.sandbox.connection.execute(text)
        if len(words) < 3 or words[1].upper not in ("TABLE", "VIEW"):
            return
        name, behind = name_at(words, 2)
        if [word.upper for word in words[behind : behind + 2]] == ["RENAME", "TO"]:
            self.written.pop(tuple(part.casefold() for part in name), None)
            name = (*name[:-1], *name_at(words, behind + 2)[0][-1:])
        self._writes(name)

    def _copy(self, text: str, words: list[Word]) -> None:
        """COPY (query) TO 'file', COPY table TO 'file', COPY table FROM 'file'."""
        if len(words) > 1 and words[1].text == "(":
            end = bracketed(words, 1)
            query = between(text, words[1].end, words[end].start)
        else:
            name, end = name_at(words, 1)
            query, end = f"FROM {dotted(name)}", end - 1
        way = place_of(words[end:], "TO", "FROM")
        if way is None or end + way + 1 >= len(words):
            raise Refusal(UNDECIDED, "This form of COPY is not bound.")
        (file,), _ = name_at(words, end + way + 1)
        if words[end + way].upper == "FROM":
            self._plan(f"INSERT INTO {dotted(name)} FROM {dotted((file,))}")
            self._writes(name)
            return
        self._plan(query)
        columns = self._described(f"DESCRIBE {query}")
        if not any(name == MORE for name, _ in columns):
            listed = ", ".join(f"{dotted((name,))} {kind or UNKNOWN_TYPE}" for name, kind in columns)
            self.sandbox.connection.execute(f"CREATE OR REPLACE TABLE {dotted((file,))} ({listed})")
            self._writes((file,))

    def _pivot(self, text: str, words: list[Word]) -> None:
        """The data says which columns come out; what goes in is bound."""
        if words[0].upper == "CREATE":
            raise Refusal(UNDECIDED, "The columns of a PIVOT without a list of values are not known.")
        self._described(f"DESCRIBE {text}")
        self.queried = None

    def _set(self, text: str, words: list[Word]) -> None:
        """Where names are looked for counts; other settings do not."""
        if words[0].upper == "USE" or any(word.upper in ("SCHEMA", "SEARCH_PATH") for word in words[1:3]):
            try:
                self.sandbox.connection.execute(text)
            except duckdb.Error as error:
                raise Refusal(UNDECIDED, str(error).split("\n")[0]) from error

    def _with_files(self, text: str) -> str:
        """A file that is given is a table of its path: so for ``read_csv('path', …)`` too."""
        files = {place[2] for place in self.sandbox.given if place[1] == "main"}
        if not files or not _READERS.search(text):
            return text
        parts: list[str] = []
        words, done = words_of(text), 0
        for n, word in enumerate(words[:-2]):
            path = words[n + 2].text[1:-1].replace("''", "'")
            reads = _READERS.match(f"{word.text}(") and words[n + 1].text == "("
            if reads and words[n + 2].text[:1] == "'" and path.casefold() in files:
                end = bracketed(words, n + 1)
                parts += [between(text, done, word.start), dotted((path,))]
                done = words[end].end
        return "".join([*parts, between(text, done, len(text.encode()))])


def _without_data(text: str, words: list[Word]) -> str:
    """Without WITH DATA or WITH NO DATA at its end."""
    last = [word.upper for word in words[-3:]]
    if last[-2:] == ["WITH", "DATA"]:
        return between(text, 0, words[-2].start)
    return between(text, 0, words[-3].start) if last == ["WITH", "NO", "DATA"] else text
