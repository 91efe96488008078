"""What verdicts that were found come to in records: short and in full, with their past, and counted."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from catalog.governance.keeping.rows import (
    DUE,
    EVERYTHING,
    MOST_DAYS,
    MOST_PAST,
    PLAIN,
    STATUSES,
    TALLY,
    TARGET,
    Pair,
    Records,
    Tally,
    Target,
    code_of,
    due_sort,
    open_of,
    plain_until,
    rows,
    write,
)
from catalog.governance.policy import SECOND_NS, Policy, policy_key
from catalog.governance.verdict import Verdict
from catalog.store.port import Reader, Space

_NONE = Target()


@dataclass
class Ledger:
    """Collects what is to be written of things, as of a time (nanoseconds). ``policies``: those that are there, by
    id."""

    policies: Mapping[str, Policy]
    now_ns: int
    records: Records = field(default_factory=dict)
    of_homes: Counter[tuple[tuple[str, ...], str]] = field(default_factory=Counter)
    of_policies: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(
        self,
        key: str,
        old: Target | None,
        asked: Collection[str],
        found: Mapping[str, Verdict],
        homes: tuple[str, ...] | None,
    ) -> None:
        """Note what policies say of a thing that were asked about it; what says nothing does not judge it (any more).

        ``homes``: what it counts for, None: what it did.
        """
        before = old or _NONE
        pairs = dict(before.pairs)
        for id_ in asked:
            told = found.get(id_)
            pair = pairs.pop(id_, None)
            if told is not None:
                pairs[id_] = self._pair(pair, told)
            elif pair is not None:
                self._leave(id_, key, pair)
        after = Target(before.homes if homes is None else homes, pairs) if pairs else None
        if after == old:
            return
        self.records[Space.VERDICT, TARGET, key] = None if after is None else write(after)
        self._count(before, after or _NONE, -1)
        self._count(after or _NONE, before, 1)

    def _pair(self, old: Pair | None, told: Verdict) -> Pair:
        until = plain_until(self.policies[told.policy], self.now_ns)
        code = code_of(told, until)
        due = None if told.until_ns in (None, until) else told.until_ns
        place = (Space.VERDICT, open_of(told.policy), told.target)
        text = "" if code == PLAIN else write(told)
        check = zlib.crc32(text.encode())
        if code == PLAIN and old is not None and old.code != PLAIN:
            self.records[place] = None
        elif code != PLAIN and (old is None or (old.code, old.sum) != (code, check)):
            self.records[place] = text
        if old is not None and old.due_ns not in (None, due):
            self._due(old.due_ns, told.policy, told.target, None)
        if due is not None:
            self._due(due, told.policy, told.target, "")
        now = self.now_ns // SECOND_NS
        if old is None:
            return Pair(code, now, now, due, (), check)
        if STATUSES[old.code] is STATUSES[code]:
            return Pair(code, old.first, old.since, due, old.past, check)
        past = (*old.past, (old.since, old.code.upper()))[-MOST_PAST:]
        return Pair(code, old.first, now, due, past, check)

    def _leave(self, policy: str, key: str, pair: Pair) -> None:
        if pair.code != PLAIN:
            self.records[Space.VERDICT, open_of(policy), key] = None
        if pair.due_ns is not None:
            self._due(pair.due_ns, policy, key, None)

    def _due(self, until_ns: int | None, policy: str, key: str, value: str | None) -> None:
        if until_ns is not None:
            self.records[Space.VERDICT, DUE, due_sort(until_ns, policy, key)] = value

    def _count(self, target: Target, other: Target, by: int) -> None:
        """Count what is said of a thing, but for what counts the same before and after."""
        stays = other.pairs if target.homes == other.homes else {}
        for id_, pair in target.pairs.items():
            code, same = pair.code.upper(), stays.get(id_)
            if same is None or same.code.upper() != code:
                self.of_homes[target.homes, code] += by
                self.of_policies[id_, code] += by

    def tallies(self, reader: Reader, open_: int = 0) -> Records:
        """The counts that are others now. ``open_``: by how many more policies are not evaluated."""
        changes: dict[str, Counter[str]] = defaultdict(Counter)
        for (homes, code), by in self.of_homes.items():
            for of in (*homes, EVERYTHING):
                changes[of][code] += by
        for (id_, code), by in self.of_policies.items():
            changes[policy_key(id_)][code] += by
        if open_:
            changes[EVERYTHING]["U"] += open_
        day = datetime.fromtimestamp(self.now_ns // SECOND_NS, UTC).date().isoformat()
        known = rows(reader, TALLY, changes, Tally)
        return {
            (Space.VERDICT, TALLY, of): write(_counted(known.get(of, Tally()), by, day))
            for of, by in changes.items()
            if any(by.values())
        }


def _counted(old: Tally, by: Counter[str], day: str) -> Tally:
    counts = Counter(old.counts)
    counts.update(by)
    now = {code: number for code, number in sorted(counts.items()) if number}
    days = [one for one in old.days if one[0] != day]
    return Tally(now, (*days, (day, now))[-MOST_DAYS:])


def by_target(verdicts: Iterable[Verdict]) -> dict[str, dict[str, Verdict]]:
    """Verdicts by thing, then by policy."""
    found: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for one in verdicts:
        found[one.target][one.policy] = one
    return found
