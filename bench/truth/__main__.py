"""The command: python -m bench.truth. Predicts what changes of columns do, makes them for real, and scores."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.errors import BenchFailed
from bench.machine import this_machine
from bench.stores import neo4j_stores
from bench.truth import report
from bench.truth.built import Built, part_of
from bench.truth.dbt import build_dbt
from bench.truth.mutation import Kind
from bench.truth.prediction import Mode
from bench.truth.record import Record, read, write
from bench.truth.scripts import build_scripts
from bench.truth.trial import Question, Trial, try_project, try_record
from tests.maven import Unavailable
from tests.producers.environment import made

_SCHEMAS = {"known": (True,), "unknown": (False,), "both": (False, True)}
PROJECTS = Path(__file__).parent / "projects"
BEGIN, END = "<!-- Written by make truth. -->", "<!-- End of what is written. -->"


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when something did not work, else 0, whatever the scores are."""
    options = _parser().parse_args(arguments)
    progress = Console(stderr=True)
    modes = [
        Mode.ALL,
        *(options.mode or ([] if options.quick else [one for one in Mode if one is not Mode.ALL])),
    ]
    question = Question(tuple(modes), frozenset(options.kind or Kind), options.part)
    trials: list[Trial] = []
    try:
        for found in _trials(options, question):
            trials += found
            progress.print("\n".join(report.table(found, Mode.ALL)), markup=False)
    except (BenchFailed, Unavailable) as error:
        progress.print(f"Error: {error}", markup=False)
        return 1
    command = shlex.join(["python", "-m", "bench.truth", *arguments])
    text = "\n".join(report.whole(trials, modes, command, this_machine()))
    print(text)
    if options.markdown:
        _write(options.markdown, text)
    if options.misses:
        options.misses.write_text("\n".join(report.misses(trials, Mode.ALL)) + "\n")
    return 0


def _trials(options: argparse.Namespace, question: Question) -> Iterator[list[Trial]]:
    """What came of each project, or of each that was recorded."""
    for file in options.recorded or ():
        record = _of_schemas(read(file), _SCHEMAS[options.schemas])
        with ExitStack() as stack:
            yield try_record(record, [_store(options, stack) for _ in record.tellings], question)
    if options.recorded:
        return
    for folder in options.project or [PROJECTS / name for name in options.only or _own()]:
        with ExitStack() as stack:
            builds = [
                _built(folder, _place(options, stack), known, options) for known in _SCHEMAS[options.schemas]
            ]
            if options.jobs:
                builds = [part_of(built, options.jobs) for built in builds]
            found = try_project(builds, [_store(options, stack) for _ in builds], question)
        if options.record:
            options.record.mkdir(parents=True, exist_ok=True)
            write(found[0].record, options.record / f"{folder.name}.json.gz")
        yield found


def _of_schemas(record: Record, wanted: Sequence[bool]) -> Record:
    """With those of its builds alone whose schemas are known, or are not."""
    tellings = tuple(one for one in record.tellings if one.known in wanted)
    if not tellings:
        raise BenchFailed("The recording has no such build: give other --schemas.")
    return replace(record, tellings=tellings)


def _store(options: argparse.Namespace, stack: ExitStack) -> str:
    if options.store == "neo4j":
        return stack.enter_context(stack.enter_context(neo4j_stores()).empty()).url
    return f"sqlite:///{_place(options, stack)}/mesh.db"


def _place(options: argparse.Namespace, stack: ExitStack) -> Path:
    if options.keep is not None:
        return Path(tempfile.mkdtemp(dir=options.keep))
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def _built(folder: Path, place: Path, known: bool, options: argparse.Namespace) -> Built:
    if (folder / "dbt_project.yml").exists():
        return build_dbt(folder.resolve(), place, made("dbt"), known=known, database=options.database)
    return build_scripts(folder.resolve(), place, known=known)


def _own() -> list[str]:
    return sorted(folder.name for folder in PROJECTS.iterdir() if folder.is_dir())


def _write(page: Path, text: str) -> None:
    """Put the tables between the marks of a page."""
    before, _, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench.truth", description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="of our own projects, this one")
    parser.add_argument(
        "--project",
        type=Path,
        action="append",
        metavar="DIR",
        help="another dbt project, or folder of SQL scripts",
    )
    parser.add_argument(
        "--database", type=Path, metavar="FILE", help="a DuckDB file with what the project's sources need"
    )
    parser.add_argument("--schemas", choices=("known", "unknown", "both"), default="both")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), action="append", help="only these changes")
    parser.add_argument("--mode", type=Mode, choices=list(Mode), action="append", help="also from this alone")
    parser.add_argument("--quick", action="store_true", help="no other modes")
    parser.add_argument("--part", type=int, default=1, metavar="N", help="only every N-th change")
    parser.add_argument("--store", choices=("sqlite", "neo4j"), default="sqlite")
    parser.add_argument(
        "--misses", type=Path, metavar="FILE", help="write what was told wrongly there, a line each"
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the tables there, between the marks"
    )
    parser.add_argument("--jobs", metavar="REGEX", help="only these jobs of a project, and their events")
    parser.add_argument(
        "--record", type=Path, metavar="DIR", help="keep events, changes and what they did there"
    )
    parser.add_argument(
        "--recorded", type=Path, action="append", metavar="FILE", help="predict what such a file holds"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the builds and stores there")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
