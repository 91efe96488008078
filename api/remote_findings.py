"""Findings as the command line tells them, from a running service."""

from typing import Any

from api.answers import FindingAnswer, FindingProof, FindingsAnswer
from api.client import ServiceClient
from api.questions import FindingsQuestion
from api.remote_queries import DOMAIN, FINDINGS, PRODUCT
from api.spoken_findings import unknown
from catalog.instant import format_instant
from catalog.mesh.finding import SEVERITY_RANK, FindingKind, FindingSeverity

_PAGE = 20


def remote_findings(client: ServiceClient, question: FindingsQuestion, first: int) -> FindingsAnswer:
    """The findings of a service that are asked for. Raises UnknownNode."""
    as_of = None if question.at is None else format_instant(question.at)
    for query, kind, text in ((PRODUCT, "product", question.product), (DOMAIN, "domain", question.domain)):
        if text is not None and client.ask(query, {"name": text, "asOf": as_of})[kind] is None:
            raise unknown(kind, text)
    where = {
        "product": question.product,
        "domain": question.domain,
        "kinds": [kind.name for kind in question.kinds] or None,
        "severity": question.severity,
    }
    asked: dict[str, Any] = {
        "filter": where,
        "errors": {**where, "severity": _at_least(question, FindingSeverity.ERROR)},
        "warnings": {**where, "severity": _at_least(question, FindingSeverity.WARN)},
        "first": min(first, _PAGE),
        "after": None,
        "asOf": as_of,
    }
    items: list[FindingAnswer] = []
    while True:
        said = client.ask(FINDINGS, asked)
        page = said["findings"]
        items += [_told(edge["node"]) for edge in page["edges"]]
        if len(items) >= first or not page["pageInfo"]["hasNextPage"]:
            break
        asked["after"] = page["pageInfo"]["endCursor"]
        asked["first"] = min(first - len(items), _PAGE)
    total, errors, warnings = (said[name]["totalCount"] for name in ("findings", "errors", "warnings"))
    counts = {"ERROR": errors, "WARN": warnings - errors, "INFO": total - warnings}
    return FindingsAnswer(total=total, by_severity=counts, items=items)


def _at_least(question: FindingsQuestion, least: FindingSeverity) -> FindingSeverity:
    asked = question.severity or FindingSeverity.INFO
    return max(asked, least, key=SEVERITY_RANK.__getitem__)


def _told(node: dict[str, Any]) -> FindingAnswer:
    return FindingAnswer(
        id=node["id"],
        kind=FindingKind[node["kind"]],
        severity=node["severity"],
        message=node["message"],
        remedy=node["remedy"],
        since=node["since"],
        subject=node["subject"]["key"],
        product=_key(node["product"]),
        domain=_key(node["domain"]),
        tell=_keys(node["tell"]),
        concerns=_keys(node["concerns"]),
        evidence=[
            FindingProof(text=one["text"], things=_keys(one["things"]), documents=_keys(one["documents"]))
            for one in node["evidence"]
        ],
    )


def _key(node: dict[str, Any] | None) -> str | None:
    return None if node is None else str(node["key"])


def _keys(nodes: list[dict[str, Any]]) -> list[str]:
    return [str(node["key"]) for node in nodes]
