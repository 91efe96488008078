"""Asking policies about some things, or about all of theirs, and what is to be written of it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from catalog.governance.checks.ground import Ground
from catalog.governance.evaluation import Asked, Judged, Rules, judge_rules
from catalog.governance.keeping.ledger import Ledger, by_target
from catalog.governance.keeping.rows import PLAIN, TARGET, Target, every, read, rows
from catalog.governance.policy import Policy
from catalog.governance.scope import Places
from catalog.governance.things import some
from catalog.governance.verdict import OfPolicy, Verdict
from catalog.graph import Node
from catalog.store.port import Reader, batched

_CHUNK = 5_000
"""Things that are written in one transaction."""


def ask(ground: Ground, rules: Rules, policies: Mapping[str, Policy], among: Asked) -> Judged:
    """What these of the policies say: of all of their things, or ``among`` some."""
    asked = tuple(policies[id_] for id_ in sorted(among) if id_ in policies)
    return judge_rules(ground, replace(rules, policies=asked, unread=()), asked=among)


def of_some(
    ground: Ground, policies: Mapping[str, Policy], among: Mapping[str, set[str]], judged: Judged
) -> Ledger:
    """What is to be written where policies were asked about some things each."""
    ledger = Ledger(policies, ground.now_ns)
    asked: dict[str, set[str]] = {}
    for id_, keys in among.items():
        for key in keys:
            asked.setdefault(key, set()).add(id_)
    found = by_target(judged.evaluation.verdicts)
    homes = _Homes(ground, judged.things)
    old = rows(ground.reader, TARGET, asked, Target)
    for key, ids in asked.items():
        ledger.note(key, old.get(key), ids, found.get(key, {}), homes.of(key))
    return ledger


def of_all(ground: Ground, policies: Mapping[str, Policy], ids: set[str], judged: Judged) -> Iterator[Ledger]:
    """What is to be written where policies were asked about all things, portion by portion. Of those that are there no
    longer all goes."""
    found = _Found(judged.parts)
    homes = _Homes(ground, judged.things)
    for chunk in batched(_merged(ground.reader, found.keys), _CHUNK):
        ledger = Ledger(policies, ground.now_ns)
        for key, old in chunk:
            if key in found.keys or (old is not None and not ids.isdisjoint(old.pairs)):
                ledger.note(key, old, ids, found.of(key), homes.of(key))
        yield ledger


def _merged(reader: Reader, found: Set[str]) -> Iterator[tuple[str, Target | None]]:
    """All things of which something is kept or found, with what is kept."""
    known: set[str] = set()
    for page in list(every(reader, TARGET)):
        for row in page:
            known.add(row.sort)
            yield row.sort, read(row.value, Target)
    yield from ((key, None) for key in sorted(found - known))


def moved(
    ground: Ground, policies: Mapping[str, Policy], among: Mapping[str, set[str]]
) -> dict[str, set[str]]:
    """By policy (id), of some things those that it does not merely pass, that count for others than before, or that
    come or go. A policy that looks at nothing else says of the rest what it said, and may take long to find that."""
    kept = rows(ground.reader, TARGET, set[str]().union(*among.values()), Target)
    found: dict[str, set[str]] = {}
    for id_, keys in among.items():
        passing = [key for key in keys if key in kept and _passes(kept[key], id_)]
        nodes = {
            node.key: node for part in some(ground.reader, policies[id_].of, passing, None) for node in part
        }
        homes = _Homes(ground, nodes)
        found[id_] = {key for key in keys if key not in nodes or homes.of(key) != kept[key].homes}
    return found


def _passes(target: Target, policy: str) -> bool:
    pair = target.pairs.get(policy)
    return pair is not None and pair.code == PLAIN


class _Found:
    """Verdicts by thing, made when they are asked for: of all things and policies at once there are too many.

    ``keys``: of the things that are judged.
    """

    def __init__(self, parts: Sequence[OfPolicy]) -> None:
        judged = {id(part.targets): frozenset(part.targets) for part in parts}  # of many policies the same
        self._parts = [(part, judged[id(part.targets)]) for part in parts]
        self.keys = frozenset[str]().union(*judged.values())

    def of(self, key: str) -> dict[str, Verdict]:
        """What policies say of a thing, by policy."""
        return {part.passing.policy: part.of(key) for part, keys in self._parts if key in keys}


class _Homes:
    """The products and domains that things count for, as tuples of which each is made once."""

    def __init__(self, ground: Ground, things: Mapping[str, Node]) -> None:
        self._places = Places(ground)
        self._things = things
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, key: str) -> tuple[str, ...] | None:
        """Those of a thing; None where it was not judged."""
        node = self._things.get(key)
        if node is None:
            return None
        found = (*self._places.products(node), *sorted(self._places.domains(node)))
        return self._known.setdefault(found, found)
