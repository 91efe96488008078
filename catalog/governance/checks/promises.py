"""What contracts promise of the age of data: by the objectives of ports, and of the contracts that govern them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.governance.checks.ground import Ground
from catalog.identity import kind_of
from catalog.mesh.members import MemberKind
from catalog.mesh.slo import is_freshness, limit_s
from catalog.mesh.status import objectives


@dataclass(frozen=True, slots=True)
class Limit:
    """How old data may be: ``key``: the objective that says so, None is the policy itself. ``seconds`` None: that is
    not understood."""

    key: str | None
    operator: str
    seconds: Decimal | None
    text: str

    @property
    def is_greatest(self) -> bool:
        """Whether it bounds the age from above."""
        return self.operator in ("lt", "lteq")


def promised(ground: Ground, key: str) -> Iterator[Limit]:
    """The objectives on the age of what a port gives, or of a dataset by the ports that serve it."""
    declared = ground.mesh.declared
    ports = [key] if kind_of(key) == "output-port" else serving(ground, key)
    for slo, metric in sorted({told for port in ports for told in objectives(declared, port)}, key=repr):
        node = declared.nodes[slo]
        if is_freshness(node, metric):
            operator, threshold = node.properties.get("operator", "lteq"), node.properties.get("threshold")
            text = f"{declared.name(slo)}: {operator} {threshold} {node.properties.get('unit', '')}".rstrip()
            yield Limit(slo, str(operator), limit_s(node), f"It is promised: {text}.")


def serving(ground: Ground, dataset: str) -> list[str]:
    """The output ports that serve a dataset."""
    owning = ground.mesh.members.owning(dataset)
    return sorted({one.port for one in owning if one.port is not None and one.kind is MemberKind.OFFERED})
