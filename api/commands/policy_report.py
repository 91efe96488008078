"""``meshline policy report``: what the policies come to, for people, for tables and for programs."""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from api.commands.options import AgainstOption, AsOfOption, StoreOption, UrlOption, instant_option
from api.commands.output import print_json
from api.commands.policy_options import (
    DomainOption,
    FailOn,
    FailOption,
    PolicyOption,
    ProductOption,
    exit_code,
)
from api.commands.policy_report_text import report_csv, report_markdown
from api.errors import UsageError
from api.policies.asking import PolicyQuestion
from api.policies.opening import open_policies
from api.policies.shacl import shacl_report
from api.settings import Settings
from ontology.rdf import Syntax


class ReportForm(StrEnum):
    """What a report is written in."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"
    TURTLE = "turtle"
    JSON_LD = "jsonld"


_SHACL: Mapping[ReportForm, Syntax] = {
    ReportForm.TURTLE: Syntax.TURTLE,
    ReportForm.JSON_LD: Syntax.JSON_LD,
}

FormOption = Annotated[
    ReportForm,
    typer.Option(
        "--format",
        metavar="markdown|csv|json|turtle|jsonld",
        help="turtle, jsonld: a SHACL validation report.",
    ),
]


def report(
    form: FormOption = ReportForm.MARKDOWN,
    policy: PolicyOption = [],  # noqa: B006 (typer needs the value itself, and copies it)
    product: ProductOption = None,
    domain: DomainOption = None,
    as_of: AsOfOption = None,
    fail_on: FailOption = FailOn.NEVER,
    against: AgainstOption = None,
    store: StoreOption = None,
    url: UrlOption = None,
) -> int:
    """Report what policies come to, by product, domain and policy.

    Exit codes: 0 done, 3 something is not known; with --fail-on as of check.
    """
    if product is not None and domain is not None:
        raise UsageError("--product and --domain exclude each other.", "Name one of them.")
    question = PolicyQuestion(tuple(policy), product, domain, at=instant_option(as_of, "--as-of"))
    with open_policies(store, url, against, os.environ) as policies:
        answer = policies.report(question)
    match form:
        case ReportForm.MARKDOWN:
            typer.echo(report_markdown(answer), nl=False)
        case ReportForm.CSV:
            typer.echo(report_csv(answer), nl=False)
        case ReportForm.JSON:
            print_json(answer)
        case ReportForm.TURTLE | ReportForm.JSON_LD:
            base = Settings.from_environment(os.environ, store=store).base_iri
            typer.echo(shacl_report(answer.check, base, _SHACL[form]), nl=False)
    return exit_code(answer.check, fail_on)
