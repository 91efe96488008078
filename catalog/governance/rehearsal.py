"""What would happen if policies were followed: a sentence before anybody has to."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from catalog.coverage import spoken
from catalog.governance.checks.ground import Ground
from catalog.governance.scope import Places
from catalog.governance.things import nodes_at
from catalog.governance.verdict import Evaluation, Status
from catalog.identity import kind_of

MOST = 5
"""Domains, and products of each, that are named."""
_WOULD = (Status.FAIL, Status.GRACE)


def rehearsal(ground: Ground, found: Evaluation) -> str:
    """``Would fail 37 products in 5 domains: finance (costs, revenue), sales …``; also what was not evaluated."""
    failing = sorted({one.target for one in found.verdicts if one.status in _WOULD})
    unknown = sum(one.status is Status.NOT_EVALUATED for one in found.verdicts)
    said = "Would fail nothing" if not failing else f"Would fail {_counted(failing)}{_where(ground, failing)}"
    if not found.verdicts:
        said = "Would judge nothing"
    if unknown or found.unevaluated:
        said += f"; of {unknown} thing{'' if unknown == 1 else 's'} it is not known"
    return f"{said}."


def _counted(keys: Iterable[str]) -> str:
    kinds = Counter(kind_of(key).replace("-", " ") for key in keys)
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in sorted(kinds.items()))


def _where(ground: Ground, keys: list[str]) -> str:
    """The domains of things, each with the products there that fail or have a part that does."""
    places, declared = Places(ground), ground.mesh.declared
    homes: dict[str, set[str]] = defaultdict(set)
    for node in nodes_at(ground.reader, keys, ground.at).values():
        products = places.products(node)
        for home in (node.key, *products):
            domain = declared.domain(home)
            if domain is not None:
                homes[domain] |= {home} & {*products}
    if not homes:
        return ""
    told = [f"{spoken(key)}{_products(homes[key])}" for key in sorted(homes)[:MOST]]
    more = ", …" if len(homes) > MOST else ""
    return f" in {len(homes)} domain{'' if len(homes) == 1 else 's'}: {', '.join(told)}{more}"


def _products(keys: set[str]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - MOST} more" if len(keys) > MOST else ""
    return f" ({', '.join(spoken(key) for key in sorted(keys)[:MOST])}{more})"
