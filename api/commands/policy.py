"""``meshline policy``: which policies there are, and what they say of the things of the mesh."""

import os
import re
from typing import Annotated

import typer

from api.commands import policy_files, policy_proposed, policy_report
from api.commands.options import AgainstOption, AsOfOption, JsonOption, StoreOption, UrlOption, instant_option
from api.commands.output import console, print_json, print_line, table
from api.commands.plain import PlainCommand
from api.commands.policy_options import (
    DomainOption,
    FailOn,
    FailOption,
    PolicyOption,
    ProductOption,
    exit_code,
)
from api.commands.policy_text import check_lines, explained, history_lines, kept_counts, policy_lines
from api.errors import UsageError
from api.policies.answers import CheckAnswer, PoliciesAnswer, VerdictAnswer
from api.policies.asking import EVERY, FAILING, Policies, PolicyQuestion
from api.policies.drafts import drafts_in
from api.policies.opening import open_policies
from api.policies.proposed_forms import Form
from api.policies.proposing import documents_in
from api.policies.verdicts import Source
from catalog.errors import UnknownNode
from catalog.governance.verdict import Status
from ontology.compiler import load_model

_VERDICT_ID = re.compile("[0-9a-f]{32}")

app = typer.Typer(
    help="See policies, and what they say of the things of the mesh.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("lint", cls=PlainCommand)(policy_files.lint_files)
app.command("convert", cls=PlainCommand)(policy_files.convert)
app.command("ready", cls=PlainCommand)(policy_files.ready)
app.command("report", cls=PlainCommand)(policy_report.report)
app.command("schema", cls=PlainCommand)(policy_files.print_schema)


IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of the policy.")]
StatusOption = Annotated[
    list[Status],
    typer.Option(
        "--status",
        metavar="STATUS",
        help="List only those of this status; may be given again. [default: all but PASS]",
        case_sensitive=False,
        show_default=False,
    ),
]
DraftOption = Annotated[
    str | None,
    typer.Option(
        "--draft",
        metavar="FILE",
        help="Try the policies of this file instead, enabled or not; nothing is stored.",
        show_default=False,
    ),
]
KeptOption = Annotated[
    bool,
    typer.Option(
        "--kept", help="Ask what is kept, without evaluating anything; it says since when it may be old."
    ),
]
FirstOption = Annotated[
    int, typer.Option("--first", metavar="N", min=1, max=1_000, help="List at most so many, the worst first.")
]


FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE",
        help="Descriptors as they are to be: what would they violate that is not violated now?",
        show_default=False,
    ),
]
FormOption = Annotated[
    Form | None,
    typer.Option(
        "--format",
        metavar="text|markdown|sarif|json",
        help="Of files: how the answer is written. [default: text]",
        case_sensitive=False,
        show_default=False,
    ),
]


@app.command("check", cls=PlainCommand)
def check(
    files: FilesArgument = None,
    policy: PolicyOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    product: ProductOption = None,
    domain: DomainOption = None,
    status: StatusOption = [],  # noqa: B006
    as_of: AsOfOption = None,
    fail_on: FailOption = FailOn.ANY,
    first: FirstOption = 100,
    draft: DraftOption = None,
    kept: KeptOption = False,
    format_: FormOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> int:
    """Say what does not follow which policies, now or with files.

    With files, only what these would newly violate. Exit codes: 0 fine, 1 something that blocks fails,
    2 something fails, 3 could not decide.
    """
    if files:
        chosen = (policy, product, domain, status, as_of, draft)
        if any(chosen):
            hint = "Leave --policy, --product, --domain, --status, --as-of and --draft out."
            raise UsageError("Files are asked about as a whole.", hint)
        with open_policies(store, url, against, os.environ) as policies:
            answer = policies.proposed(documents_in(files), first)
        return policy_proposed.tell(answer, files, Form.JSON if as_json else format_ or Form.TEXT, fail_on)
    if format_ is not None:
        raise UsageError("--format is for files.", "Name descriptors, or use --json.")
    if product is not None and domain is not None:
        raise UsageError("--product and --domain exclude each other.", "Name one of them.")
    if kept and (draft is not None or as_of is not None):
        raise UsageError("--kept excludes --draft and --as-of.", "What is kept is of the policies of now.")
    source = Source.KEPT if kept else Source.CURRENT
    question = PolicyQuestion(
        tuple(policy),
        product,
        domain,
        tuple(status) or FAILING,
        source=source,
        at=instant_option(as_of, "--as-of"),
    )
    with open_policies(store, url, against, os.environ) as policies:
        answer = (
            policies.check(question, first) if draft is None else _rehearsed(policies, draft, question, first)
        )
    if as_json:
        print_json(answer)
    else:
        for line, style in check_lines(answer, kept=kept):
            print_line(console(), line, style)
    return exit_code(answer, fail_on)


def _rehearsed(policies: Policies, draft: str, question: PolicyQuestion, first: int) -> CheckAnswer:
    drafts = [one for one in drafts_in(draft) if not question.policies or one.id in question.policies]
    if not drafts:
        raise UsageError(f"{draft} has no policy of that id.", "Leave --policy out to try all of it.")
    return policies.rehearse(drafts, question, first)


@app.command("list", cls=PlainCommand)
def list_(
    as_of: AsOfOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the policies and the waivers."""
    with open_policies(store, url, against, os.environ) as policies:
        found = policies.all(instant_option(as_of, "--as-of"))
    if as_json:
        print_json(found)
    else:
        _show_all(found)


@app.command("history", cls=PlainCommand)
def history(
    of: Annotated[
        str, typer.Argument(metavar="THING|POLICY", help="A thing by its key, or a policy by its id.")
    ],
    first: Annotated[
        int,
        typer.Option(
            "--first", metavar="N", min=1, max=1_000, help="List at most so many, what changed last first."
        ),
    ] = 20,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show since when verdicts are as they are, and what they were.

    With how many there were day by day; it is what `meshline serve` keeps.
    """
    with open_policies(store, url, against, os.environ) as policies:
        known = policies.all(None).policies
        if "/" not in of and all(one.id != of for one in known):
            raise UnknownNode(
                f"No policy {of!r} is known.", "Things are named by keys, as in product/orders."
            )
        found = policies.history(of, first)
    if as_json:
        print_json(found)
        return
    for line, style in history_lines(found):
        print_line(console(), line, style)


def _show_all(found: PoliciesAnswer) -> None:
    if not found.policies:
        print_line(console(), "There are no policies.")
    else:
        rows = [
            [
                one.id,
                one.severity,
                one.scope,
                one.of,
                one.kind,
                one.problem or ("" if one.enabled else "a draft"),
                kept_counts(one),
            ]
            for one in found.policies
        ]
        console().print(table(["policy", "severity", "scope", "of", "check", "", "kept"], rows))
    if found.waivers:
        waived = [
            [
                one.id,
                one.policy,
                one.target,
                one.expires_at,
                one.state,
                one.why or ("soon" if one.expires_soon else ""),
            ]
            for one in found.waivers
        ]
        print_line(console(), "")
        console().print(table(["waiver", "policy", "of", "until", "state", ""], waived))


@app.command("show", cls=PlainCommand)
def show(
    id_: IdArgument,
    as_of: AsOfOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a policy: what it asks of what, why, and what to do."""
    with open_policies(store, url, against, os.environ) as policies:
        found = policies.all(instant_option(as_of, "--as-of"))
    one = next((one for one in found.policies if one.id == id_), None)
    if one is None:
        raise UnknownNode(f"No policy {id_!r} is known.", "`meshline policy list` lists them.")
    if as_json:
        print_json(one)
        return
    for line in policy_lines(one, [waiver for waiver in found.waivers if waiver.policy == id_]):
        print_line(console(), line)


@app.command("explain", cls=PlainCommand)
def explain(
    of: Annotated[str, typer.Argument(metavar="POLICY|VERDICT", help="A policy, or the id of a verdict.")],
    thing: Annotated[
        str | None, typer.Argument(metavar="THING", help="The thing, by its key or id.", show_default=False)
    ] = None,
    as_of: AsOfOption = None,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a verdict step by step, to its cause and who tells it."""
    at = instant_option(as_of, "--as-of")
    with open_policies(store, url, against, os.environ) as policies:
        found = _one_verdict(policies, of, thing, at)
    if as_json:
        print_json(found)
        return
    for line, style in explained(found):
        print_line(console(), line, style)


def _one_verdict(policies: Policies, of: str, thing: str | None, at: int | None) -> VerdictAnswer:
    if thing is None:
        if not _VERDICT_ID.fullmatch(of):
            raise UsageError(
                "A policy alone has many verdicts.", "Name the thing too, or a verdict by its id."
            )
        told = policies.check(PolicyQuestion(statuses=tuple(Status), at=at), EVERY).items
        found = next((one for one in told if one.id == of), None)
    else:
        keys = [thing, *(f"{kind}/{thing}" for kind in _kinds(policies, of, at))]
        asked = (
            policies.check(PolicyQuestion((of,), statuses=tuple(Status), target=key, at=at), 1).items
            for key in keys
        )
        found = next((items[0] for items in asked if items), None)
    if found is None:
        hint = "`meshline policy check` lists what policies say of things."
        raise UnknownNode(f"{of} says nothing of {thing or 'anything'}.", hint)
    return found


def _kinds(policies: Policies, of: str, at: int | None) -> list[str]:
    """What the keys begin with of what a policy judges."""
    model = load_model()
    label = next((one.of for one in policies.all(at).policies if one.id == of and one.of), None)
    return [] if label is None else sorted({model.node(one).kind for one in model.concrete((label,))})
