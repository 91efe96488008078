"""What an evaluation comes to for products, domains and policies: how many verdicts of which status, and what follows.

The arithmetic is counting: what fails is NOT_COMPLIANT, what was not evaluated makes the rest UNKNOWN, and so does a
policy of which it is not known to what it applies. A product or domain of which nothing was judged is UNKNOWN too.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.governance.checks.ground import Ground
from catalog.governance.policy import Severity
from catalog.governance.scope import Places
from catalog.governance.things import nodes_at
from catalog.governance.verdict import Compliance, Evaluation, Status, Verdict, compliance, weighed
from catalog.graph import Node
from catalog.store.port import batched
from ontology.vocabulary import Label

_PAGE = 2_000


class By(StrEnum):
    """What verdicts are counted by."""

    PRODUCT = "PRODUCT"
    DOMAIN = "DOMAIN"
    POLICY = "POLICY"


@dataclass(frozen=True, slots=True)
class Row:
    """``of``: the key of a product or domain, or the id of a policy."""

    of: str
    state: Compliance
    told: "Tally"


def rows(ground: Ground, evaluation: Evaluation, by: By) -> list[Row]:
    """A row for each product, domain or policy, sorted. What is of no product or domain has none."""
    judged = {verdict.policy for verdict, _ in weighed(evaluation.verdicts)}
    unknown = {one.policy for one in evaluation.unevaluated} - judged
    if by is By.POLICY:
        told = _grouped((verdict.policy, verdict) for verdict in evaluation.verdicts)
        told |= {id_: [] for id_ in unknown}
        return [_row(of, verdicts, is_open=of in unknown) for of, verdicts in sorted(told.items())]
    homes = _homes(ground, {verdict.target for verdict in evaluation.verdicts}, by)
    told = {key: [] for key in _all(ground, by)}
    for verdict in evaluation.verdicts:
        for home in homes.get(verdict.target, ()):
            told.setdefault(home, []).append(verdict)
    return [_row(of, verdicts, is_open=bool(unknown)) for of, verdicts in sorted(told.items())]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many verdicts there are of each status, and failures that block; when time alone may change some of it."""

    counts: Mapping[Status, int]
    blocking: int
    until_ns: int | None


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """The arithmetic of verdicts."""
    counts: Counter[Status] = Counter()
    blocking, until_ns = 0, None
    for one, number in weighed(verdicts):
        counts[one.status] += number
        if one.status is Status.FAIL and one.severity is Severity.BLOCK:
            blocking += number
        if one.until_ns is not None and (until_ns is None or one.until_ns < until_ns):
            until_ns = one.until_ns
    return Tally(counts, blocking, until_ns)


def _row(of: str, verdicts: Collection[Verdict], *, is_open: bool) -> Row:
    state = compliance(verdicts)
    if is_open and state is Compliance.COMPLIANT:
        state = Compliance.UNKNOWN
    return Row(of, state, tally(verdicts))


def _grouped(pairs: Iterable[tuple[str, Verdict]]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for key, verdict in pairs:
        found[key].append(verdict)
    return dict(found)


def _all(ground: Ground, by: By) -> list[str]:
    """The products or domains that something describes."""
    declared = ground.mesh.declared
    label = Label.DATA_PRODUCT if by is By.PRODUCT else Label.DOMAIN
    return [node.key for node in declared.of(label) if declared.is_described(node.key)]


def _homes(ground: Ground, targets: Collection[str], by: By) -> dict[str, Collection[str]]:
    """The products or domains of things."""
    places = Places(ground)
    found: dict[str, Collection[str]] = {}
    for keys in batched(sorted(targets), _PAGE):
        nodes = nodes_at(ground.reader, keys, ground.at)
        found.update({key: _of(places, node, by) for key, node in nodes.items()})
    return found


def _of(places: Places, node: Node, by: By) -> Collection[str]:
    return places.products(node) if by is By.PRODUCT else places.domains(node)
