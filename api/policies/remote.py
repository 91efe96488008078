"""A running service that answers questions about policies, over GraphQL."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from api.client import ServiceClient
from api.errors import UsageError
from api.policies.answers import (
    CheckAnswer,
    DayAnswer,
    EdgeAnswer,
    HistoryAnswer,
    NotEvaluatedAnswer,
    PastAnswer,
    PoliciesAnswer,
    PolicyAnswer,
    StepAnswer,
    VerdictAnswer,
    VerdictPastAnswer,
    WaiverAnswer,
)
from api.policies.asking import EVERY, PolicyQuestion
from api.policies.report import ReportAnswer, report_answer, score
from api.remote_queries import DOMAIN, PRODUCT
from api.spoken_findings import unknown
from catalog.canonical import encode
from catalog.governance.compliance import By
from catalog.governance.policy import Policy, Severity
from catalog.governance.stored import Stored
from catalog.governance.verdict import Status
from catalog.instant import format_instant
from ingest.descriptors.policies_writing import policies_yaml
from ingest.proposals.documents import GivenDocument

_PAGE = 20
_LISTED = 100
_DAYS_AT_MOST = 400
_VERDICTS = """
query ($filter: VerdictFilter!, $first: Int!, $after: String, $asOf: DateTime, $source: PolicyVerdictSource!) {
  verdicts(filter: $filter, first: $first, after: $after, asOf: $asOf, source: $source) {
    state blocking kept evaluatedAsOf staleSince counts { status count }
    notEvaluated(first: 500) { policy reason } pageInfo { hasNextPage endCursor }
    edges { node {
      id policy status severity message remediation waiver until firstSeen since target { key } tell { key }
      explanation { text edgeType thing { key } source { key } target { key } toldBy { key } }
    } }
  }
}"""
_COMPLIANCE = """
query ($filter: VerdictFilter!, $by: ComplianceBy!, $first: Int!, $after: String, $asOf: DateTime) {
  compliance(filter: $filter, by: $by, first: $first, after: $after, asOf: $asOf) {
    pageInfo { hasNextPage endCursor }
    edges { node { of state blocking counts { status count } } }
  }
}"""
_TOLD = """{
    state blocking rehearsal counts { status count } notEvaluated(first: 500) { policy reason }
    pageInfo { hasNextPage endCursor }
    edges { node {
      id policy status severity message remediation waiver until targetKey tell { key }
      explanation { text edgeType thing { key } source { key } target { key } toldBy { key } }
    } }
  }
}"""
_DRAFTS = f"""
query ($draft: String!, $filter: VerdictFilter!, $first: Int!, $after: String) {{
  draftVerdicts(draft: $draft, filter: $filter, first: $first, after: $after) {_TOLD}"""
_PROPOSED = f"""
query ($documents: [ProposedDocument!]!, $first: Int!, $after: String) {{
  proposedVerdicts(documents: $documents, first: $first, after: $after) {_TOLD}"""
_POLICIES = """
query ($first: Int!, $after: String, $asOf: DateTime) {
  policies(first: $first, after: $after, asOf: $asOf) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      id title problem why scope of kind check severity effectiveFrom bindingFrom tightens enabled remediation
      keptCounts { status count } staleSince owner { key }
    } }
  }
}"""
_WAIVERS = """
query ($first: Int!, $after: String, $asOf: DateTime) {
  waivers(first: $first, after: $after, asOf: $asOf) {
    pageInfo { hasNextPage endCursor }
    edges { node { id policy reason expiresAt state why expiresSoon target { key } approver { key } } }
  }
}"""

_HISTORY = """
query ($filter: VerdictFilter!, $first: Int!, $after: String) {
  verdicts(filter: $filter, first: $first, after: $after, source: KEPT) {
    evaluatedAsOf staleSince pageInfo { hasNextPage endCursor }
    edges { node { policy status firstSeen since target { key } history { status since } } }
  }
}"""
_DAYS = """
query ($of: String!, $first: Int!) {
  complianceDays(of: $of, first: $first) { day state blocking notEvaluated counts { status count } }
}"""


class RemotePolicies:
    """Answers from a service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def check(self, question: PolicyQuestion, first: int) -> CheckAnswer:
        as_of = None if question.at is None else format_instant(question.at)
        for query, kind, text in (
            (PRODUCT, "product", question.product),
            (DOMAIN, "domain", question.domain),
        ):
            if text is not None and self._client.ask(query, {"name": text, "asOf": as_of})[kind] is None:
                raise unknown(kind, text)
        where = {
            "policies": list(question.policies) or None,
            "product": question.product,
            "domain": question.domain,
            "target": question.target,
            "statuses": [status.name for status in question.statuses],
        }
        asked: dict[str, Any] = {"filter": where, "first": min(first, _PAGE), "after": None, "asOf": as_of}
        asked["source"] = question.source.name
        items: list[VerdictAnswer] = []
        while True:
            said = self._client.ask(_VERDICTS, asked)["verdicts"]
            items += [_verdict(edge["node"]) for edge in said["edges"]]
            if len(items) >= first or not said["pageInfo"]["hasNextPage"]:
                break
            asked["after"] = said["pageInfo"]["endCursor"]
            asked["first"] = min(first - len(items), _PAGE)
        return _check(said, items, as_of)

    def history(self, of: str, first: int) -> HistoryAnswer:
        where = {"target": of} if "/" in of else {"policies": [of]}
        asked: dict[str, Any] = {"filter": where, "first": _PAGE, "after": None}
        found: list[VerdictPastAnswer] = []
        while True:
            said = self._client.ask(_HISTORY, asked)["verdicts"]
            found += [_past(edge["node"]) for edge in said["edges"]]
            if not said["pageInfo"]["hasNextPage"]:
                break
            asked["after"] = said["pageInfo"]["endCursor"]
        found.sort(key=lambda one: (one.since or "", one.policy, one.target), reverse=True)
        days = self._client.ask(_DAYS, {"of": of, "first": min(first, _DAYS_AT_MOST)})["complianceDays"]
        return HistoryAnswer(
            of=of,
            evaluated_as_of=said["evaluatedAsOf"],
            stale_since=said["staleSince"],
            verdicts=found[:first],
            days=[_day(one) for one in days],
        )

    def rehearse(self, drafts: Collection[Policy], question: PolicyQuestion, first: int) -> CheckAnswer:
        """Tried by the service, as text."""
        if question.at is not None:
            raise UsageError("A service tries drafts on the mesh as it is now.", "Leave --as-of out.")
        where = {"product": question.product, "domain": question.domain, "target": question.target}
        where["statuses"] = [status.name for status in question.statuses]  # type: ignore[assignment]
        text = policies_yaml(Stored(tuple(drafts)))
        return self._paged("draftVerdicts", _DRAFTS, {"draft": text, "filter": where}, first)

    def proposed(self, documents: Sequence[GivenDocument], first: int) -> CheckAnswer:
        """Asked of the service, as text."""
        given = [{"name": one.name, "text": one.text} for one in documents]
        return self._paged("proposedVerdicts", _PROPOSED, {"documents": given}, first)

    def _paged(self, name: str, query: str, given: dict[str, Any], first: int) -> CheckAnswer:
        """As many verdicts as are wanted, page by page."""
        asked = {**given, "first": min(first, _PAGE), "after": None}
        items: list[VerdictAnswer] = []
        while True:
            said = self._client.ask(query, asked)[name]
            items += [_verdict(edge["node"]) for edge in said["edges"]]
            if len(items) >= first or not said["pageInfo"]["hasNextPage"]:
                break
            asked["after"] = said["pageInfo"]["endCursor"]
            asked["first"] = min(first - len(items), _PAGE)
        return _check(said, items, None)

    def report(self, question: PolicyQuestion) -> ReportAnswer:
        part = {
            "policies": list(question.policies) or None,
            "product": question.product,
            "domain": question.domain,
        }
        by = {}
        for one in By:
            asked = {"filter": part, "by": one.name}
            rows = self._listed("compliance", _COMPLIANCE, question.at, asked)
            by[one] = [score(row["of"], row["state"], _counts(row), row["blocking"]) for row in rows]
        return report_answer(self.check(question, EVERY), by, part=question.is_of_part)

    def all(self, at: int | None) -> PoliciesAnswer:
        return PoliciesAnswer(
            policies=[_policy(node) for node in self._listed("policies", _POLICIES, at, {})],
            waivers=[_waiver(node) for node in self._listed("waivers", _WAIVERS, at, {})],
        )

    def _listed(
        self, name: str, query: str, at: int | None, more: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        as_of = None if at is None else format_instant(at)
        asked: dict[str, Any] = {"first": _LISTED, "after": None, "asOf": as_of, **more}
        while True:
            page = self._client.ask(query, asked)[name]
            yield from (edge["node"] for edge in page["edges"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            asked["after"] = page["pageInfo"]["endCursor"]


def _counts(node: dict[str, Any]) -> dict[str, int]:
    found = {one["status"]: int(one["count"]) for one in node["counts"]}
    return {status.value: found[status.name] for status in Status}


def _check(said: dict[str, Any], items: list[VerdictAnswer], as_of: str | None) -> CheckAnswer:
    counts = _counts(said)
    return CheckAnswer(
        state=said["state"],
        as_of=as_of,
        total=sum(counts.values()),
        by_status=counts,
        blocking=said["blocking"],
        items=items,
        not_evaluated=[NotEvaluatedAnswer(**one) for one in said["notEvaluated"]],
        rehearsal=said.get("rehearsal"),
        kept=said.get("kept", False),
        evaluated_as_of=said.get("evaluatedAsOf"),
        stale_since=said.get("staleSince"),
    )


def _verdict(node: dict[str, Any]) -> VerdictAnswer:
    return VerdictAnswer(
        id=node["id"],
        policy=node["policy"],
        target=node.get("targetKey") or _key(node["target"]) or "",
        status=node["status"],
        severity=Severity[node["severity"]],
        message=node["message"],
        remediation=node["remediation"],
        explanation=[_step(one) for one in node["explanation"]],
        tell=[str(one["key"]) for one in node["tell"]],
        waiver=node["waiver"],
        until=node["until"],
        first_seen=node.get("firstSeen"),
        since=node.get("since"),
    )


def _past(node: dict[str, Any]) -> VerdictPastAnswer:
    return VerdictPastAnswer(
        policy=node["policy"],
        target=_key(node["target"]) or "",
        status=Status[node["status"]],
        first_seen=node["firstSeen"],
        since=node["since"],
        past=[PastAnswer(status=Status[one["status"]], since=one["since"]) for one in node["history"]],
    )


def _day(one: dict[str, Any]) -> DayAnswer:
    return DayAnswer(
        day=one["day"],
        state=one["state"],
        by_status={Status[told["status"]].value: told["count"] for told in one["counts"]},
        blocking=one["blocking"],
        not_evaluated=one["notEvaluated"],
    )


def _step(one: dict[str, Any]) -> StepAnswer:
    edge = None
    if one["edgeType"] is not None:
        source, target = _key(one["source"]) or "", _key(one["target"]) or ""
        edge = EdgeAnswer(type=one["edgeType"], source=source, target=target)
    return StepAnswer(text=one["text"], thing=_key(one["thing"]), edge=edge, told_by=_key(one["toldBy"]))


def _policy(node: dict[str, Any]) -> PolicyAnswer:
    if node["problem"] is not None:
        return PolicyAnswer(id=node["id"], title=node["title"], problem=node["problem"])
    return PolicyAnswer(
        id=node["id"],
        title=node["title"],
        why=node["why"],
        owner=_key(node["owner"]),
        scope=node["scope"],
        of=node["of"],
        kind=node["kind"],
        check=encode(node["check"]),
        severity=Severity[node["severity"]],
        effective_from=node["effectiveFrom"],
        binding_from=node["bindingFrom"],
        tightens=node["tightens"],
        enabled=node["enabled"],
        remediation=node["remediation"],
        kept=None
        if node["keptCounts"] is None
        else {Status[one["status"]].value: int(one["count"]) for one in node["keptCounts"]},
        stale_since=node["staleSince"],
    )


def _waiver(node: dict[str, Any]) -> WaiverAnswer:
    return WaiverAnswer(
        id=node["id"],
        policy=node["policy"],
        target=_key(node["target"]),
        reason=node["reason"],
        approver=_key(node["approver"]),
        expires_at=node["expiresAt"],
        state=node["state"],
        why=node["why"],
        expires_soon=node["expiresSoon"],
    )


def _key(node: dict[str, Any] | None) -> str | None:
    return None if node is None else str(node["key"])
