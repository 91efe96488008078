"""Exports that were cut off or edited: refused as a whole, with the line, before anything is given."""

import hashlib
import io
import re
from collections.abc import Callable

import pytest

from catalog.identity import DEFAULT_BASE
from ingest.errors import DamagedExport
from ingest.snapshot import interpret_snapshot, is_canonical_export, snapshot_entries
from ontology.rdf import NS, TYPE
from tests.convergence.cases import A, B, about, dataset_event, from_column, run
from tests.convergence.events import RECEIVED_NS, named
from tests.roundtrip.restoring import graph_of, recognised, snapshot

PARENT = {"run": {"runId": "00000000-0000-4000-8000-0000000000ff"}, "job": named(("jobs", "parent"))}
EVENTS = [
    run(1, "START", 1, [A], facets={"parent": PARENT, "custom": {"n": 1}}),
    run(1, "COMPLETE", 2, [A], [about(B, columnLineage=from_column(A, "id", "id"))]),
    dataset_event(3, A, schema={"fields": [{"name": "id", "type": "int"}]}),
    dataset_event(4, A, schema={"fields": [{"name": "id", "type": "text"}]}, old={"_deleted": True}),
]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """A small export, sound."""
    return graph_of(recognised(EVENTS, RECEIVED_NS)).splitlines()


def signed(lines: list[str]) -> str:
    """With the checksum of what it says, as a careful forger writes it."""
    text = "".join(f"{line}\n" for line in lines[:-1])
    return f'{text}<{DEFAULT_BASE}> <{NS}exportChecksum> "{hashlib.sha256(text.encode()).hexdigest()}" .\n'


def assert_refused(text: str | bytes) -> str:
    """The message with which it is refused, before an entry is given."""
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DamagedExport) as raised:
        next(snapshot_entries(file, RECEIVED_NS))
    return raised.value.message


def test_export__of_a_few_events_is_sound(lines: list[str]) -> None:
    assert len(snapshot(signed(lines))) == 4  # datasets a and b, the job, the run: the parent is only named


def test_export__cut_off_behind_any_line_is_refused(lines: list[str]) -> None:
    for kept in range(1, len(lines)):
        message = assert_refused("".join(f"{line}\n" for line in lines[:kept]))
        assert message == f"The export is cut off behind line {kept}: its last line has a checksum."


def test_export__cut_off_inside_a_line_is_refused(lines: list[str]) -> None:
    text = signed(lines)
    assert assert_refused(text[:-1]) == f"Line {len(lines)}: it is cut off, or too long."
    assert assert_refused(text[: text.index("\n", 3000) - 5]).endswith(": it is cut off, or too long.")


def test_export__without_a_line_is_refused(lines: list[str]) -> None:
    for left_out in range(len(lines)):
        assert_refused("".join(f"{line}\n" for number, line in enumerate(lines) if number != left_out))


def test_export__without_a_line_but_signed_again_is_refused_where_histories_or_runs_lose_by_it(
    lines: list[str],
) -> None:
    """Every line that a thing is told with is needed; what follows from others is made anew anyway."""
    told = [n for n, line in enumerate(lines) if re.search(r"(Seen|Evidence|/ns#seen|/ns#evidence)>", line)]
    assert len(told) > 60
    for left_out in told:
        if "/lineage/" not in lines[left_out]:
            assert_refused(signed([line for number, line in enumerate(lines) if number != left_out]))


def test_export__edited_is_refused_by_its_checksum(lines: list[str]) -> None:
    edited = [line.replace("id int", "id integer").replace('"int"', '"long"') for line in lines]
    assert edited != lines
    message = assert_refused("".join(f"{line}\n" for line in edited))
    assert message == (
        f"Line {len(lines)}: the checksum is not that of the lines before it: the export was edited."
    )


def test_export__with_more_behind_it_is_refused(lines: list[str]) -> None:
    assert assert_refused(signed(lines) + lines[1] + "\n").endswith("there is more behind the last line.")


def test_export__of_another_form_is_refused(lines: list[str]) -> None:
    newer = [lines[0].replace('"1"', '"2"'), *lines[1:]]
    assert assert_refused(signed(newer)) == "The export has the form '2'; this reads '1'."
    assert is_canonical_export(signed(newer).encode())


def test_what_is_no_export__is_told_apart(lines: list[str]) -> None:
    assert is_canonical_export(signed(lines).encode()[:4096])
    for other in (b"", b'{"eventTime": 1}', b"@prefix a: <b:> .\n", lines[1].encode() + b"\n"):
        assert not is_canonical_export(other)
        assert assert_refused(other) == "Line 1 is not the first line of a canonical export."


EDITS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "blocks in another order": (
        lambda lines: [lines[0], *_blocks(lines)[1], *_blocks(lines)[0], *lines[_end_of_two(lines) :]],
        r"Line \d+: dataset/db/a stands behind dataset/db/b, which is not the order of an export",
    ),
    "lines in another order": (
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        "Line 4: the lines of a block are sorted",
    ),
    "a line twice": (
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        "Line 4: the lines of a block are sorted",
    ),
    "a term that the ontology does not have": (
        lambda lines: _replaced(lines, "ns#name>", "ns#nama>"),
        r"Line \d+: the ontology has no term <https://w3id.org/meshline/ns#nama>",
    ),
    "a class that the ontology does not have": (
        lambda lines: _replaced(lines, "ns#Job>", "ns#Jobs>"),
        r"Line \d+: the ontology has no class <https://w3id.org/meshline/ns#Jobs>",
    ),
    "another name than the key": (
        lambda lines: _replaced(lines, 'ns#name> "a"', 'ns#name> "z"'),
        r"Line \d+: of <.*dataset/db/a> its names are those of dataset/db/z",
    ),
    "no N-Quads": (
        lambda lines: _replaced(lines, 'ns#name> "a" .', 'ns#name> "a'),
        r"Line \d+: not N-Quads: column \d+: Line jumps",
    ),
    "a blank node": (
        lambda lines: _replaced(lines, 'ns#name> "a"', "ns#name> _:a"),
        r"Line \d+: a blank node or a text with a language",
    ),
    "a value that no schema is": (
        lambda lines: [re.sub(r'valueText> "\[\[.*\]\]"', r'valueText> "[3]"', line) for line in lines],
        r"Line \d+: of <.*> no fields can be read from its value",
    ),
    "evidence that is none": (
        lambda lines: [re.sub(r'firstEvidence> ".', r'firstEvidence> "x', line) for line in lines],
        r"Line \d+: of <.*> firstSeen: no start of a log entry",
    ),
    "a time that is none": (
        lambda lines: [re.sub(r'firstSeen> "2024-05', r'firstSeen> "2024-15', line) for line in lines],
        r"Line \d+: of <.*> firstSeen: not a date-time",
    ),
    "the time in another zone": (
        lambda lines: [re.sub(r'(firstSeen> "2024-05-01T10:..:00)Z', r"\1+00:00", line) for line in lines],
        r"Line \d+: no export says this here: .*\+00:00",
    ),
    "a state that is none": (
        lambda lines: [re.sub(r'terminal> "COMPLETE"', r'terminal> "START"', line) for line in lines],
        r"Line \d+: of <.*> 'START' is no terminal type of event",
    ),
    "a parent that is none": (
        lambda lines: [re.sub(r'\\"run\\":\\"', r'\\"runs\\":\\"', line) for line in lines],
        r"Line \d+: of <.*> no parent run can be read from",
    ),
    "no type before a block": (
        lambda lines: [line for line in lines if "ns#Dataset>" not in line],
        r"Line 2: a block begins with the type of a node",
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_export__edited_and_signed_again_is_refused_with_the_line(lines: list[str], case: str) -> None:
    edit, message = EDITS[case]
    edited = edit(lines)
    assert edited != lines
    assert re.search(message, assert_refused(signed(edited)))


def test_snapshot__that_is_damaged_in_the_log_is_refused(lines: list[str]) -> None:
    entry, said = snapshot(signed(lines))[0]
    assert interpret_snapshot(entry.body, entry.received_ns) == (entry, said)
    for body in (
        "[]",
        "{}",
        entry.body.replace("ns#name", "ns#nickname"),
        entry.body.replace('"lines":[', '"lines":[1,'),
    ):
        with pytest.raises(DamagedExport, match="The snapshot cannot be read"):
            interpret_snapshot(body, entry.received_ns)


def _replaced(lines: list[str], old: str, new: str) -> list[str]:
    return [line.replace(old, new) for line in lines]


def _blocks(lines: list[str]) -> list[list[str]]:
    heads = [n for n, line in enumerate(lines) if f"<{TYPE}>" in line]
    return [lines[a:b] for a, b in zip(heads, [*heads[1:], len(lines) - 1], strict=True)]


def _end_of_two(lines: list[str]) -> int:
    first, second, *_ = _blocks(lines)
    return 1 + len(first) + len(second)
