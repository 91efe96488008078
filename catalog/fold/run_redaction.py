"""The state of a run, as a snapshot tells it, without what was forgotten of it.

A state has the first and last sight of things, none between: of what was forgotten in between the last is left.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from catalog import values
from catalog.canonical import digest
from catalog.fold.runs import Latest, Member, Parent, ParentFacet, Part, RunState
from catalog.forget import Scope
from catalog.identity import DatasetId, JobId, RunId
from catalog.redaction import columns_left, covered, redact, stated_left


class Order(Protocol):
    """What is forgotten: entries before ``at`` say nothing of ``scope``."""

    @property
    def at(self) -> str: ...
    @property
    def scope(self) -> Scope: ...


def run_left(
    run: RunState, texts: Collection[str], orders: Collection[Order]
) -> tuple[RunState | None, tuple[str, ...]]:
    """What is left of a run, and the texts behind its digests; the same run where nothing of it is forgotten."""
    redaction = _Redaction({digest(text): text for text in texts}, orders)
    found = redaction.run(run)
    if found == run:
        return run, tuple(texts)
    return found, tuple(sorted(redaction.kept.values()))


@dataclass
class _Redaction:
    texts: Mapping[str, str]
    orders: Collection[Order]
    kept: dict[str, str] = field(default_factory=dict)

    def run(self, run: RunState) -> RunState | None:
        cut = self._cut(run.id)
        parts = {key: left for key, part in run.parts.items() if (left := self._part(part, cut)) is not None}
        if not parts:
            return None
        facets = self._facets(run.facets, cut)
        parent = self._parent(run.parent, cut)
        if parts.keys() == run.parts.keys() and run.first >= cut:
            return replace(run, parent=parent, facets=facets, parts=parts)
        kept = parts.values()
        return RunState(
            run.run,
            min(part.first for part in kept),
            max(part.last for part in kept),
            run.started if _within(run.started, kept) else None,
            run.terminal if run.terminal and _within(run.terminal[1], kept) else None,
            run.active if run.active and _within(run.active[1], kept) else None,
            parent,
            facets,
            parts,
            {key: said for key, said in run.told.items() if said[1] >= cut},
        )

    def _part(self, part: Part, cut: str) -> Part | None:
        cut = max(cut, self._cut(JobId(*part.job)))
        if part.last < cut:
            return None
        outputs = self._members(part.outputs, cut)
        return replace(
            part,
            first=part.first if part.first >= cut else part.last,
            terminal=part.terminal if part.terminal and part.terminal[1] >= cut else None,
            inputs=self._members(part.inputs, cut),
            outputs=outputs,
            columns=self._columns(part, outputs),
            values=self._facets(part.values, cut),
            stated=self._stated(part),
        )

    def _stated(self, part: Part) -> str:
        if not part.stated:
            return ""
        stated = values.decode_lineage(self.texts[part.stated])
        return self._keep(values.encode_lineage(stated_left(stated, self._scopes(part.last))))

    def _members(self, members: Mapping[str, Member], cut: str) -> dict[str, Member]:
        found = {}
        for key, member in members.items():
            own = max(cut, self._cut(DatasetId(*member.id)))
            if member.last >= own:
                first = member.first if member.first >= own else member.last
                found[key] = Member(member.id, first, member.last, self._facets(member.facets, own))
        return found

    def _columns(self, part: Part, outputs: Collection[str]) -> dict[str, str]:
        scopes = self._scopes(part.last)
        found = {}
        for output, address in part.columns.items():
            left = columns_left(values.decode_columns(self.texts[address]), scopes)
            if output in outputs and left:
                found[output] = self._keep(values.encode_columns(left))
        return found

    def _facets(self, facets: Mapping[str, Latest], cut: str) -> dict[str, Latest]:
        return {
            key: (self._keep(redact(key, self.texts[address], self._scopes(at))), at)
            for key, (address, at) in facets.items()
            if at >= cut
        }

    def _parent(self, facet: ParentFacet | None, cut: str) -> ParentFacet | None:
        if facet is None or facet[2] < cut:
            return None
        parent, root, at = facet
        scopes = self._scopes(at)
        if _is_covered(parent, scopes):
            return None
        return parent, None if root is None or _is_covered(root, scopes) else root, at

    def _keep(self, text: str) -> str:
        address = digest(text)
        self.kept[address] = text
        return address

    def _cut(self, identity: DatasetId | JobId | RunId) -> str:
        """The order key before which nothing is said of it."""
        return max((one.at for one in self.orders if one.scope.covers(identity)), default="")

    def _scopes(self, at: str) -> list[Scope]:
        return [one.scope for one in self.orders if at < one.at]


def _within(at: str | None, parts: Iterable[Part]) -> bool:
    return at is not None and any(part.first <= at <= part.last for part in parts)


def _is_covered(ref: Parent, scopes: Collection[Scope]) -> bool:
    job = None if ref.job is None else JobId(*ref.job)
    return covered(RunId(ref.run), scopes) or (job is not None and covered(job, scopes))
