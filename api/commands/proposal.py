"""``meshline proposal``: a proposed change is stored, those whom it affects answer, and CI asks how it stands."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Annotated, Protocol
from urllib.parse import quote

import msgspec
import typer

from api import exit_codes
from api.catalogue import open_catalogue
from api.client import ServiceClient
from api.commands import impact_changes as changes
from api.commands.options import JsonOption, StoreOption, UrlOption
from api.commands.output import console, print_json, print_line, table
from api.commands.plain import PlainCommand
from api.commands.proposal_text import proposal_lines
from api.curating import Curating, on
from api.errors import UsageError
from api.naming import resolve_dataset
from api.proposals.answers import DeprecationAnswer, ProposalAnswer, ProposalDone, ProposalList
from api.proposals.desk import Desk
from api.proposals.terms import (
    AnswerTerms,
    CloseTerms,
    DeprecateTerms,
    ForceTerms,
    ProposeTerms,
    given_terms,
)
from api.target import open_client, opened_store, refuse_both
from catalog.impact.severity import Verdict
from catalog.signoff.standing import binding
from ingest.binding import SqlBinder

_PATH = "/api/v1/proposals"
_LOCAL = "local"

app = typer.Typer(
    help="Have those answer whom a change affects, before it is made.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of the proposal.")]
VersionOption = Annotated[
    str | None,
    typer.Option(
        "--if-version", metavar="V", help="Only if this is the version in force.", show_default=False
    ),
]


class Proposals(Protocol):
    """Who keeps proposals."""

    def propose(self, terms: ProposeTerms) -> ProposalDone: ...
    def one(self, id_: str) -> ProposalAnswer: ...
    def all(self, after: str | None = None, first: int = 50, *, open_only: bool = False) -> ProposalList: ...
    def answer(self, id_: str, terms: AnswerTerms) -> ProposalDone: ...
    def force(self, id_: str, terms: ForceTerms) -> ProposalDone: ...
    def close(self, id_: str, terms: CloseTerms) -> ProposalDone: ...
    def deprecate(self, terms: DeprecateTerms) -> DeprecationAnswer: ...


class _Remote:
    """The proposals of a running service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def propose(self, terms: ProposeTerms) -> ProposalDone:
        return self._client.ask_proposals(_PATH, ProposalDone, terms)

    def one(self, id_: str) -> ProposalAnswer:
        return self._client.ask_proposals(_path(id_), ProposalAnswer)

    def all(self, after: str | None = None, first: int = 50, *, open_only: bool = False) -> ProposalList:
        asked = {"first": str(first), "open": "true" if open_only else "false"}
        asked |= {} if after is None else {"after": after}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        return self._client.ask_proposals(f"{_PATH}?{query}", ProposalList)

    def answer(self, id_: str, terms: AnswerTerms) -> ProposalDone:
        return self._client.ask_proposals(f"{_path(id_)}/answers", ProposalDone, terms)

    def force(self, id_: str, terms: ForceTerms) -> ProposalDone:
        return self._client.ask_proposals(f"{_path(id_)}/force", ProposalDone, terms)

    def close(self, id_: str, terms: CloseTerms) -> ProposalDone:
        return self._client.ask_proposals(f"{_path(id_)}/close", ProposalDone, terms)

    def deprecate(self, terms: DeprecateTerms) -> DeprecationAnswer:
        return self._client.ask_proposals("/api/v1/deprecations", DeprecationAnswer, terms)


def _path(id_: str) -> str:
    return f"{_PATH}/{quote(id_, safe='')}"


@contextmanager
def open_proposals(store: str | None, url: str | None) -> Iterator[Proposals]:
    """Those of a service, else of a store of this machine."""
    refuse_both(store, url)
    if url is not None:
        with open_client(url, os.environ) as client:
            yield _Remote(client)
        return
    with opened_store(store, os.environ) as opened, closing(SqlBinder()) as binder:
        yield Desk(opened, Curating(on(opened), _LOCAL), binding(binder))


@app.command("create", cls=PlainCommand)
@changes.taking_changes
def create(
    *,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="What it is about, in a line.")] = "",
    id_: Annotated[
        str | None,
        typer.Option(
            "--id",
            metavar="ID",
            help="Its id, such as pr-123; an existing one is changed. [default: a new one]",
        ),
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Who proposes it. [default: who asks]")
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(
            "--team", metavar="KEY", help="In whose name: team/… or person/…; they need not answer."
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why.")] = None,
    link: Annotated[
        str | None, typer.Option("--link", metavar="URL", help="Where it is discussed: a pull request.")
    ] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="TIME", help="Until when to answer: a day, or a time.")
    ] = None,
    asked: changes.Asked,
    if_version: VersionOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Store a proposed change and notify those whom it affects.

    The change is told as to `meshline impact`. Ends as `proposal check` does.
    """
    given, dataset = changes.given_by(asked), asked.dataset
    if dataset is not None:
        with open_catalogue(store, url, os.environ) as catalogue:
            given = replace(given, dataset=resolve_dataset(catalogue, dataset))
    terms = ProposeTerms(
        title=title or (f"Change of {dataset}" if dataset is not None else "Change"),
        change=given_terms(given),
        id=id_,
        author=author,
        team=team,
        reason=reason,
        link=link,
        deadline=deadline,
        if_version=if_version,
    )
    with open_proposals(store, url) as proposals:
        done = proposals.propose(terms)
    return _shown(done.proposal, as_json)


@app.command("list", cls=PlainCommand)
def list_proposals(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    first: Annotated[int, typer.Option("--first", metavar="N", min=1, max=200, help="At most so many.")] = 50,
    after: Annotated[
        str | None, typer.Option("--after", metavar="ID", help="Behind this id.", show_default=False)
    ] = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the stored proposals by id."""
    with open_proposals(store, url) as proposals:
        found = proposals.all(after, first, open_only=not all_)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one.id,
            one.title,
            one.author,
            one.at,
            one.deadline,
            one.closed or "open",
            "; ".join(one.changes[:3]),
        )
        for one in found.proposals
    ]
    console().print(table(("id", "title", "author", "at", "deadline", "state", "changes"), rows))
    if found.next is not None:
        print_line(console(), f"There are more: --after {found.next}")


@app.command("show", cls=PlainCommand)
def show(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> None:
    """Show a proposal, what it does now, and who has answered."""
    with open_proposals(store, url) as proposals:
        _show(proposals.one(id_), as_json)


@app.command("check", cls=PlainCommand)
def check(
    id_: IdArgument, store: StoreOption = None, url: UrlOption = None, as_json: JsonOption = False
) -> int:
    """Say whether a proposed change may be made now.

    Exit codes: 0 agreed, forced or safe; 1 refused, or not agreed and the verdict is block; 2 not agreed and the
    verdict is review; 3 could not decide.
    """
    with open_proposals(store, url) as proposals:
        return _shown(proposals.one(id_), as_json)


@app.command("answer", cls=PlainCommand)
def answer(
    id_: IdArgument,
    word: Annotated[
        str,
        typer.Argument(metavar="ANSWER", help="approved, migrating (with --until) or blocked (with --note)."),
    ],
    owner: Annotated[
        str,
        typer.Option("--owner", metavar="OWNER", help="For whom: a key (team/…) or name that `show` has."),
    ],
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="When they will have migrated.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="Why, or what they ask for.")
    ] = None,
    if_version: VersionOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer for an owner to what concerns them."""
    with open_proposals(store, url) as proposals:
        known = proposals.one(id_)
        agent, seen = _owner(known, owner)
        terms = AnswerTerms(
            owner=agent, answer=word.upper(), until=until, note=note, seen=seen, if_version=if_version
        )
        _show(proposals.answer(id_, terms).proposal, as_json)


@app.command("force", cls=PlainCommand)
def force(
    id_: IdArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: it is shown and kept.")],
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go on without the answers while it does what it does now."""
    with open_proposals(store, url) as proposals:
        _show(proposals.force(id_, ForceTerms(reason=reason)).proposal, as_json)


@app.command("close", cls=PlainCommand)
def close(
    id_: IdArgument,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="The change will not be made.")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why.")] = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a proposed change has been made, or will not be."""
    terms = CloseTerms(status="withdrawn" if withdrawn else "done", note=note)
    with open_proposals(store, url) as proposals:
        _show(proposals.close(id_, terms).proposal, as_json)


def _owner(known: ProposalAnswer, text: str) -> tuple[str, str | None]:
    """The owner that a text names, and what was shown of theirs. Raises UsageError."""
    found = [
        one for one in known.owners if text in (one.owner.id, one.owner.name, one.owner.id.partition("/")[2])
    ]
    if len(found) != 1:
        there = ", ".join(one.owner.id for one in known.owners) or "nobody"
        raise UsageError(f"{text!r} is none of those whom it affects.", f"It affects {there}.")
    return found[0].owner.id, found[0].shown


def _shown(one: ProposalAnswer, as_json: bool) -> int:
    _show(one, as_json)
    return exit_code(one)


def exit_code(one: ProposalAnswer) -> int:
    """What the exit says: whether the change may be made."""
    if one.may_go or (one.verdict is Verdict.SAFE and one.closed is None):
        return exit_codes.OK
    if one.sign_off == "REFUSED" or one.verdict is Verdict.BLOCK:
        return exit_codes.BLOCK
    return exit_codes.REVIEW


def _show(one: ProposalAnswer, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(one))
        return
    for line, style in proposal_lines(one):
        print_line(console(), line, style)
