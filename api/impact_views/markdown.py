"""An impact answer as the comment on a change request: what to do, what breaks, who has to act, what is not known.

It begins with a marker that no reader sees, by which the comment is found again. It is bounded in bytes, for forges
take comments of 65,536 characters; what has no room is counted and said to be left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from api.impact_answer import ImpactAnswer, ImpactFacet, ImpactItem, ImpactParty, ImpactStep
from api.impact_views.grouping import (
    Group,
    Share,
    Violation,
    broken,
    by_meaning,
    by_severity,
    causes,
    groups,
    likely_unharmed,
    open_groups,
    shares,
    to_do,
    violations,
    why,
)
from api.impact_views.markdown_page import Page
from api.impact_views.markdown_text import code, prose
from api.impact_views.policies import policy_sentences
from api.impact_views.said import has_contract, headline, near_namespace, said_changes, said_counts, without
from api.impact_views.words import HAPPEN, HAPPENS, MEANS, SURE, listed, plural
from catalog.coverage import spoken
from catalog.impact.severity import Severity

MARKER = "meshline-impact"
MAX_BYTES = 65_000
_NAMED = 5
"""Things of one severity that are named in the row of a party."""
_CHANGES = 20
_CONTACTS = 3
_OWNERS = 3
_STEPS = 6
_CAUSES = 2
_CLAUSES = 5

Mentions = Mapping[str, str]
"""Handles to mention (``@org/team``) by the key or name of a party. Nobody else is mentioned."""


def marker_line(marker: str = MARKER) -> str:
    """The first line, by which the comment is known."""
    return f"<!-- {marker} -->"


def markdown(answer: ImpactAnswer, marker: str = MARKER, mentions: Mentions | None = None) -> str:
    """The comment."""
    return _Comment(answer, marker, mentions or {}).text()


class _Comment:
    """Writes the sections one after the other, each up to its share of the page."""

    def __init__(self, answer: ImpactAnswer, marker: str, mentions: Mentions) -> None:
        self._answer = answer
        self._marker = marker
        self._mentions = mentions
        self._near = near_namespace(answer)
        self._page = Page(MAX_BYTES, self._foot())

    def text(self) -> str:
        answer, page = self._answer, self._page
        page.add(f"{marker_line(self._marker)}\n## Impact: {answer.verdict}")
        page.add(f"**{headline(answer)}** {prose(answer.why)}".strip())
        self._add_changes()
        self._add_counts()
        self._add_breaks()
        self._add_parties()
        self._add_unknown()
        if answer.items:
            self._add_rest()
        return page.text()

    def _add_changes(self) -> None:
        rows = []
        for subject, changes in said_changes(self._answer):
            said = [
                prose(one.said, (one.path, one.before, one.after)) + _guess(one.confidence)
                for one in changes[:_CHANGES]
            ]
            more = [f"{len(changes) - _CHANGES} more"] if len(changes) > _CHANGES else []
            rows.append(f"- {code(subject)}: {listed([*said, *more])}")
        self._rows(["**What changes**", ""], rows, 0.15, "changed thing")

    def _add_counts(self) -> None:
        rows = []
        rows += [f"- {said}" for said in said_counts(self._answer)]
        for noun, facets in (
            ("domain", self._answer.facets.domain),
            ("product", self._answer.facets.product),
        ):
            rows += _touched(noun, facets)
        if self._answer.semver != "none" and has_contract(self._answer):
            because = f" {prose(self._answer.semver_why)}" if self._answer.semver_why else ""
            rows.append(f"- next version of a contract on it: **{self._answer.semver}**.{because}")
        self._page.rows(["**What follows**", ""], rows, 0.25, least=len(rows))

    def _add_breaks(self) -> None:
        rows = [f"- {prose(text)}" for text in policy_sentences(self._answer)]
        rows += ["\n".join(self._violated(one)) for one in violations(self._answer.items)]
        rows += ["\n".join(self._broken(group)) for group in broken(self._answer.items)]
        self._rows(["### What breaks", ""], rows, 0.4, "thing that breaks")

    def _violated(self, one: Violation) -> Iterator[str]:
        owners = next((item.owners for item in one.items if item.owners), [])
        yield f"- **contract {code(one.contract.name)}**{f', of {_owners(owners)}' if owners else ''}: is violated"
        for clause in one.clauses[:_CLAUSES]:
            yield f"  - {prose(clause.part)}: {prose(clause.message)}"
        if len(one.clauses) > _CLAUSES:
            yield f"  - … and {len(one.clauses) - _CLAUSES} more of its parts"
        others = [self._thing(group) for group in one.others]
        if others:
            more = [f"{len(others) - _NAMED} more"] if len(others) > _NAMED else []
            yield f"  - On it {'rests' if len(others) == 1 else 'rest'} {listed([*others[:_NAMED], *more])}"

    def _broken(self, group: Group) -> Iterator[str]:
        first = group.first
        yield f"- **{self._thing(group)}**{_of(group)}: {prose(why(first))} *({SURE[first.certainty]})*"
        if first.message:
            yield f"  - The database says: {prose(first.message)}"
        if first.routes and first.routes[0]:
            yield f"  - The way there: {self._route(first.routes[0])}"
        if first.action:
            yield f"  - To do: {prose(first.action)}"
        if first.runs:
            yield f"  - Used by {plural(first.runs, 'run')} within 30 days"

    def _route(self, steps: Sequence[ImpactStep]) -> str:
        """From the change on: columns, datasets and jobs, each once."""
        names = [steps[0].source]
        for step in steps:
            if step.job is not None and step.job != step.target:
                names.append(step.job)
            names.append(step.target)
        shown = [self._name(spoken(name)) for name in names]
        if len(shown) > 2 * _STEPS:
            shown = [*shown[:_STEPS], f"({len(shown) - 2 * _STEPS} more)", *shown[-_STEPS:]]
        return " → ".join(shown)

    def _add_parties(self) -> None:
        rows = [
            f"| {self._party(share)} | {self._theirs(share)} | {'<br>'.join(to_do(share, self._name))} |"
            for share in shares(self._answer)
        ]
        head = ["| who | what happens to what is theirs | what to do |", "| --- | --- | --- |"]
        self._rows(["### Who has to act", "", *head], rows, 0.7, "owner")

    def _party(self, share: Share) -> str:
        party = share.party
        if party is None:
            return "**nobody known**"
        handle = self._mentions.get(party.id) or self._mentions.get(party.name)
        reached = [handle] if handle else [code(contact) for contact in party.contacts[:_CONTACTS]]
        answers = sorted({item.status for item in share.items if item.status})
        said = [f"has answered: {prose(', '.join(answers))}"] if answers else []
        return "<br>".join([f"**{_called(party)}**", *reached, *said])

    def _theirs(self, share: Share) -> str:
        parts = []
        for severity, items in by_severity(share.items):
            found = by_meaning(groups(items))
            happens = (HAPPENS if len(found) == 1 else HAPPEN)[severity]
            named = ", ".join(self._thing(group) for group in found[:_NAMED])
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            parts.append(f"**{happens}**{self._because(severity, items)}: {named}{more}")
        return "<br>".join(parts)

    def _because(self, severity: Severity, items: Sequence[ImpactItem]) -> str:
        found = causes(items, self._answer) if severity is Severity.STALE else []
        if not found:
            return ""
        named = [self._name(item.name) for item in found[:_CAUSES]]
        more = [f"{len(found) - _CAUSES} more"] if len(found) > _CAUSES else []
        return f" because {listed([*named, *more])} {'breaks' if len(found) == 1 else 'break'}"

    def _add_unknown(self) -> None:
        answer = self._answer
        rows = [f"- Not understood in what is proposed: {prose(text)}" for text in answer.proposal.unread]
        roots, others = open_groups(answer.items)
        rows += [f"- {self._thing(group)}{_of(group)}: {prose(why(group.first))}" for group in roots]
        if others:
            rows.append(f"- {plural(others, 'thing')} that {'comes' if others == 1 else 'come'} from these")
        likely = [self._thing(group) for group in likely_unharmed(answer.items)]
        if likely:
            more = [f"{len(likely) - _NAMED} more"] if len(likely) > _NAMED else []
            rows.append(
                f"- Likely not affected, though nothing proves it: {listed([*likely[:_NAMED], *more])}"
            )
        rows += [f"- {prose(reason.message)}" for reason in answer.coverage.reasons]
        self._rows(["### What is not known", ""], rows, 0.85, "open point")
        if answer.items and not rows:
            self._page.add(
                "### What is not known\n\n"
                "Nothing is left open: of all that read it, it is known how they use what changes."
            )

    def _add_rest(self) -> None:
        answer = self._answer
        self._page.add(
            f"<details>\n<summary>All of it, the worst first ({plural(answer.total, 'thing')})</summary>"
        )
        hidden = answer.total - len(answer.items)
        for severity, items in by_severity(answer.items):
            found = groups(items)
            head = [f"**{severity}**: {MEANS[severity]}", "", "| what | why | how sure | hops | owner |"]
            rows = [self._row(group) for group in found]
            left = self._page.rows([*head, "| --- | --- | --- | ---: | --- |"], rows, 1.0, least=0)
            hidden += sum(len(group.items) for group in found[len(found) - left :])
        if hidden:
            self._page.add(f"… and {hidden} more{self._elsewhere()}.")
        self._page.add("</details>")

    def _row(self, group: Group) -> str:
        first = group.first
        partly = " (not all known)" if group.unknown and first.severity is not Severity.UNKNOWN else ""
        told = (f"{self._thing(group)}{partly}", prose(why(first)), SURE[first.certainty], str(group.hops))
        return f"| {' | '.join(told)} | {_owners(first.owners)} |"

    def _thing(self, group: Group) -> str:
        """``job `x```, ``dataset `y` (columns `a` and `b`)``, ``column `a` of `y```."""
        shown = [code(path) for path in group.paths[:_NAMED]]
        if len(group.paths) > _NAMED:
            shown.append(f"{len(group.paths) - _NAMED} more")
        columns = f"{'column' if len(group.paths) == 1 else 'columns'} {listed(shown)}" if shown else ""
        if group.kind == "column":
            return f"{columns or 'column'} of {self._name(group.name)}"
        return f"{group.kind} {self._name(group.name)}" + (f" ({columns})" if columns else "")

    def _name(self, name: str) -> str:
        return code(without(self._near, name))

    def _rows(self, head: Sequence[str], rows: Sequence[str], upto: float, noun: str) -> None:
        left = self._page.rows(head, rows, upto)
        if left:
            self._page.add(f"… and {plural(left, f'more {noun}')}{self._elsewhere()}.")

    def _elsewhere(self) -> str:
        link = self._answer.permalink
        return f": see the [full report]({_address(link)})" if link else ""

    def _foot(self) -> str:
        answer, covered = self._answer, self._answer.coverage
        parts = [
            f"Coverage: {covered.status.lower()} ({plural(answer.total, 'thing')} found, "
            f"{plural(covered.edges, 'edge')} of lineage read)",
            f"graph version {answer.graph_version}, as of {'now' if answer.as_of is None else code(answer.as_of)}",
            f"report {code(answer.id)}",
        ]
        if answer.usage is not None and answer.as_of is None:
            parts.insert(2, f"the newest thing that the graph was told is of {code(answer.usage.until)}")
        if self._near:
            parts.append(f"names without a namespace are of {code(self._near)}")
        if answer.permalink:
            parts.append(f"[full report]({_address(answer.permalink)})")
        return f"<sub>From what pipelines tell Meshline of themselves. {'; '.join(parts)}.</sub>\n"


def _guess(confidence: float) -> str:
    return "" if confidence >= 1 else f" (a guess, {confidence:.0%} sure)"


def _touched(noun: str, facets: Iterable[ImpactFacet]) -> Iterator[str]:
    """``- 2 domains are touched: Finance and Orders``."""
    found = [facet for facet in facets if facet.value is not None]
    if found:
        named = [prose(facet.name) for facet in found[:_NAMED]]
        more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
        is_are = "is" if len(found) == 1 else "are"
        yield f"- {plural(len(found), noun)} {is_are} touched: {listed([*named, *more])}"


def _of(group: Group) -> str:
    owners = group.first.owners
    return f", of {_owners(owners)}" if owners else ""


def _owners(owners: Sequence[ImpactParty]) -> str:
    shown = [_called(owner) for owner in owners[:_OWNERS]]
    return ", ".join([*shown, *([f"{len(owners) - _OWNERS} more"] if len(owners) > _OWNERS else [])])


def _called(party: ImpactParty) -> str:
    return prose(party.name) or code(party.id)


def _address(url: str) -> str:
    return quote(url, safe=":/?#@!$&'*+,;=%-._~")
