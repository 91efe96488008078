"""The options of ``meshline impact`` that say what is to change, and the proposal that they give."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar, get_type_hints

import typer

from api.errors import UsageError
from catalog.impact.change import Change, ChangeKind
from ingest.errors import CorruptArchive, TooLarge, Unreadable
from ingest.proposals.documents import MAX_BYTES, Given, GivenDocument, Wanted

Texts: TypeAlias = Sequence[str]
T = TypeVar("T")

DatasetArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[DATASET]",
        help="The dataset: a key, NAMESPACE/NAME, or a name alone. DDL, contracts, manifests and events name theirs.",
        show_default=False,
    ),
]
DropOption = Annotated[list[str], typer.Option("--drop", metavar="COL", help="This column goes away.")]
RenameOption = Annotated[
    list[str], typer.Option("--rename", metavar="OLD=NEW", help="This column is renamed.")
]
RetypeOption = Annotated[
    list[str], typer.Option("--retype", metavar="COL=TYPE", help="This column gets another type.")
]
AddOption = Annotated[list[str], typer.Option("--add", metavar="COL=TYPE", help="A column more.")]
NullableOption = Annotated[
    list[str], typer.Option("--nullable", metavar="COL", help="This column may be null from now on.")
]
RequiredOption = Annotated[
    list[str], typer.Option("--required", metavar="COL", help="This column may be null no more.")
]
ValuesOption = Annotated[
    list[str], typer.Option("--values", metavar="COL", help="This column gets other values.")
]
DropDatasetOption = Annotated[bool, typer.Option("--drop-dataset", help="The whole dataset goes away.")]
MoveOption = Annotated[
    str | None,
    typer.Option("--move", metavar="NAME", help="The dataset gets another name.", show_default=False),
]
DdlOption = Annotated[
    list[str], typer.Option("--ddl", metavar="FILE", help="Tables as they will be: CREATE, ALTER, DROP.")
]
ContractOption = Annotated[
    list[str],
    typer.Option("--contract", metavar="FILE", help="Contracts (ODCS) or products (ODPS) as they will be."),
]
ManifestOption = Annotated[
    list[str], typer.Option("--manifest", metavar="FILE", help="The dbt manifest as it will be.")
]
SchemaOption = Annotated[
    str | None,
    typer.Option(
        "--schema",
        metavar="FILE",
        help="The dataset's columns as they will be: JSON Schema or a schema facet.",
        show_default=False,
    ),
]
EventsOption = Annotated[
    list[str], typer.Option("--events", metavar="FILE", help="OpenLineage events of a build of what will be.")
]
BaseOption = Annotated[
    list[str],
    typer.Option("--base", metavar="FILE", help="A file as it was before. [default: what the graph knows]"),
]
DialectOption = Annotated[
    str | None,
    typer.Option(
        "--dialect", metavar="NAME", help="The dialect of the SQL, e.g. postgres.", show_default=False
    ),
]
OtherTargetOption = Annotated[
    bool,
    typer.Option(
        "--other-target", help="The manifests are of different targets: other schemas are no moves."
    ),
]


@dataclass(frozen=True)
class Asked:
    """The options as they were written. Texts are of the forms that their options show."""

    dataset: DatasetArgument = None
    drop: DropOption = field(default_factory=list)
    rename: RenameOption = field(default_factory=list)
    retype: RetypeOption = field(default_factory=list)
    add: AddOption = field(default_factory=list)
    nullable: NullableOption = field(default_factory=list)
    required: RequiredOption = field(default_factory=list)
    values: ValuesOption = field(default_factory=list)
    drop_dataset: DropDatasetOption = False
    move: MoveOption = None
    ddl: DdlOption = field(default_factory=list)
    contract: ContractOption = field(default_factory=list)
    manifest: ManifestOption = field(default_factory=list)
    schema: SchemaOption = None
    events: EventsOption = field(default_factory=list)
    base: BaseOption = field(default_factory=list)
    dialect: DialectOption = None
    other_target: OtherTargetOption = False

    @property
    def is_empty(self) -> bool:
        """Whether no option says anything."""
        return self == Asked()


def taking_changes(command: Callable[..., T]) -> Callable[..., T]:
    """A command whose parameter ``asked`` is filled from all options of :class:`Asked`, which it gets in its place."""
    own = list(signature(command).parameters.values())
    hints = get_type_hints(command, include_extras=True)
    names = [one.name for one in fields(Asked)]

    def run(**values: Any) -> T:
        asked = Asked(**{name: values.pop(name) for name in names})
        return command(asked=asked, **values)

    parameters: list[Parameter] = []
    for one in own:
        parameters += _options() if one.name == "asked" else [one.replace(annotation=hints[one.name])]
    kept = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in parameters]
    run.__signature__ = Signature(kept, return_annotation=hints["return"])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in kept} | {"return": hints["return"]}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


def _options() -> list[Parameter]:
    hints = get_type_hints(Asked, include_extras=True)
    return [
        Parameter(
            one.name,
            Parameter.KEYWORD_ONLY,
            default=[] if one.default is MISSING else one.default,
            annotation=hints[one.name],
        )
        for one in fields(Asked)
    ]


def given_by(asked: Asked) -> Given:
    """The proposal that options give, with the texts of its files.

    Raises UsageError with all that is wrong, and what reading files raises (ingest.errors).
    """
    changes = _changes(asked)
    files = [
        *((path, Wanted.DDL) for path in asked.ddl),
        *((path, Wanted.CONTRACT) for path in asked.contract),
        *((path, Wanted.MANIFEST) for path in asked.manifest),
        *((path, Wanted.SCHEMA) for path in ((asked.schema,) if asked.schema is not None else ())),
        *((path, Wanted.EVENTS) for path in asked.events),
    ]
    if not changes and not files:
        raise UsageError(
            "No change is named.",
            "Name one with --drop, --rename, --retype or --drop-dataset, or a file with --ddl, --contract, --manifest, "
            "--schema or --events.",
        )
    if changes and asked.dataset is None:
        raise UsageError("It is not said which dataset is to change.", "Name it before the options.")
    documents = [GivenDocument(path, _text(path), wanted=wanted) for path, wanted in files]
    documents += [GivenDocument(path, _text(path), base=True) for path in asked.base]
    return Given(tuple(changes), tuple(documents), asked.dataset, asked.dialect, asked.other_target)


def _changes(asked: Asked) -> list[Change]:
    faults: list[str] = []
    changes = [
        *(Change("", ChangeKind.FIELD_REMOVED, path) for path in asked.drop),
        *(
            Change("", ChangeKind.FIELD_RENAMED, path, path, to)
            for path, to in _pairs("--rename", "OLD=NEW", asked.rename, faults)
        ),
        *(
            Change("", ChangeKind.TYPE_INCOMPATIBLE, path, after=type_)
            for path, type_ in _pairs("--retype", "COL=TYPE", asked.retype, faults)
        ),
        *(
            Change("", ChangeKind.FIELD_ADDED, path, after=type_)
            for path, type_ in _pairs("--add", "COL=TYPE", asked.add, faults)
        ),
        *(Change("", ChangeKind.FIELD_NULLABLE, path) for path in asked.nullable),
        *(Change("", ChangeKind.FIELD_REQUIRED, path) for path in asked.required),
        *(Change("", ChangeKind.VALUES_CHANGED, path) for path in asked.values),
    ]
    if asked.drop_dataset:
        changes.append(Change("", ChangeKind.DATASET_REMOVED))
    if asked.move is not None:
        changes.append(Change("", ChangeKind.DATASET_MOVED, after=asked.move))
    if faults:
        raise UsageError(" ".join(faults))
    return changes


def _pairs(option: str, form: str, texts: Texts, faults: list[str]) -> list[tuple[str, str]]:
    """The two sides of each text; types may hold =, so the first one counts."""
    pairs = []
    for text in texts:
        left, _, right = (part.strip() for part in text.partition("="))
        if left and right:
            pairs.append((left, right))
        else:
            faults.append(f"{option} {text!r} is not {form}.")
    return pairs


def _text(path: str) -> str:
    """The text of a file, inflated where it is gzip; ``-`` is standard input. Raises Unreadable, TooLarge."""
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1) if path == "-" else _start_of(Path(path))
        if data[:2] == b"\x1f\x8b":
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CorruptArchive(f"{path} does not inflate: {error}.") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{path} has more than {MAX_BYTES} bytes.", "Split the proposal.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"{path} is not in UTF-8, line {line}.") from error


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
