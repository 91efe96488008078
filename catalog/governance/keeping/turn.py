"""One turn of the keeper: what is kept at its beginning, and what it makes of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from catalog.governance.evaluation import Rules
from catalog.governance.keeping.rows import POLICY, KeptPolicy, KeptState, Records, plain_until, write
from catalog.governance.policy import Policy
from catalog.governance.stored import policy_digest
from catalog.store.port import Reader, Space


@dataclass
class Turn:
    """``known``: the state; ``kept``: how policies stand, by id. ``among``: by policy the things to ask it about."""

    reader: Reader
    now_ns: int
    known: KeptState
    rules: Rules
    kept: dict[str, KeptPolicy]
    among: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    policies: dict[str, Policy] = field(init=False)
    _before: dict[str, KeptPolicy] = field(init=False)

    def __post_init__(self) -> None:
        self.policies = {policy.id: policy for policy in self.rules.policies}
        self._before = dict(self.kept)

    @property
    def open(self) -> int:
        """How many policies are not evaluated."""
        told = [self.kept.get(id_) for id_ in self.policies]
        return len(self.rules.unread) + sum(
            one is None or not one.is_whole or bool(one.reasons) for one in told
        )

    @property
    def changed(self) -> bool:
        """Whether some policy stands otherwise."""
        return self.kept != self._before

    def records(self) -> Records:
        """The rows of policies that stand otherwise."""
        ids = self.kept.keys() | self._before.keys()
        changed = [id_ for id_ in ids if self.kept.get(id_) != self._before.get(id_)]
        return {
            (Space.VERDICT, POLICY, id_): write(self.kept[id_]) if id_ in self.kept else None
            for id_ in changed
        }

    def is_evaluated(self, id_: str) -> bool:
        """Whether a policy was asked about all of its things as it is now."""
        return id_ in self.policies and id_ in self.kept and self.kept[id_].is_whole

    def ask(self, id_: str, keys: Iterable[str]) -> None:
        """Ask a policy about things too, unless it is to be asked about all."""
        found = set(keys)
        if found and self.is_evaluated(id_):
            self.among[id_] |= found

    def stale(self, ids: Collection[str]) -> None:
        """Let policies be asked about all of their things."""
        for id_ in ids:
            if self.kept[id_].stale_since_ns is None:
                self.kept[id_] = replace(self.kept[id_], stale_since_ns=self.now_ns)

    def edited(self) -> set[str]:
        """Note policies that are new, others than they were, gone, or no longer in the time of grace; their ids."""
        found = {
            id_ for id_ in self.kept if id_ not in self.policies and self.kept[id_].stale_since_ns is None
        }
        self.stale(found)
        for id_, policy in self.policies.items():
            text, row = policy_digest(policy), self.kept.get(id_)
            plain = row is None or not row.is_whole or (row.severity, row.until_ns) == self._plain(policy)
            if row is None or row.text != text or not plain:
                self.kept[id_] = KeptPolicy(text, stale_since_ns=self.now_ns)
                found.add(id_)
        return found

    def evaluated(self, id_: str, reasons: tuple[str, ...]) -> None:
        """Note that a policy was asked about all of its things. ``reasons``: why it could not be evaluated."""
        policy = self.policies[id_]
        severity, until = self._plain(policy)
        self.kept[id_] = KeptPolicy(policy_digest(policy), True, None, severity, until, reasons, self.now_ns)

    def _plain(self, policy: Policy) -> tuple[str, int | None]:
        return policy.severity_at(self.now_ns), plain_until(policy, self.now_ns)
