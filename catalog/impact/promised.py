"""Schema objects and versions of contracts on affected datasets: what they promise, and what of it is violated."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from catalog.coverage import spoken
from catalog.impact.above import PREDICATES, above, spared, worst
from catalog.impact.clauses import promising, violated
from catalog.impact.report import Affected, Clause
from catalog.impact.severity import Severity
from catalog.impact.touched import WHOLE, Touched
from catalog.mesh.mesh import Mesh
from catalog.mesh.schema_fields import SchemaProperty, schema_properties
from ontology.vocabulary import Label, Rel


class Promised:
    """Items of the schemas that are bound to touched datasets, and of the contract versions that they are of.

    ``own``: the contracts of which the proposal is the new version: it violates none of their clauses.
    """

    def __init__(self, mesh: Mesh, touched: Touched, own: Collection[str]) -> None:
        self._mesh = mesh
        self._touched = touched
        self._own = own
        self.items: dict[str, Affected] = {}
        bound = self._bound()
        properties = schema_properties(mesh.declared, bound)
        below: dict[str, list[Affected]] = defaultdict(list)
        for schema, names in sorted(bound.items()):
            item = self._schema(schema, names, properties[schema])
            if item is not None:
                self.items[schema] = item
                for version in mesh.declared.sources(schema, Rel.HAS_SCHEMA):
                    below[version].append(item)
        for version, items in sorted(below.items()):
            self.items[version] = self._version(version, items)

    def _bound(self) -> dict[str, list[str]]:
        """The schemas of contract versions by the touched datasets that they are bound to."""
        declared = self._mesh.declared
        found: dict[str, list[str]] = defaultdict(list)
        for thing in self._mesh.indexes.bound_to(self._touched.by_key()):
            if declared.into(thing, Rel.HAS_SCHEMA):
                bound = self._mesh.bindings[thing].counting
                names = {self._touched.name(one.names or (one.dataset,)) for one in bound}
                found[thing] += sorted(name for name in names if name is not None)
        return {thing: names for thing, names in found.items() if names}

    def _schema(self, schema: str, names: Sequence[str], properties: list[SchemaProperty]) -> Affected | None:
        declared = self._mesh.declared
        versions = promising(declared, schema, self._own)
        hits, clauses, held = [], [], []
        for name in names:
            below = self._below(name, properties)
            hits += below
            for path, part, message in violated(declared, schema, properties, self._touched, name):
                clauses += [Clause(version, part, message) for version in versions]
                held.append(self._touched.field(name, path) or self._touched.datasets.get(name))
        if not hits:
            return None
        broken = [hit for hit in held if hit is not None]
        reason = f"Schema {declared.name(schema)} {self._why(clauses, hits)}"
        return above(broken if clauses and broken else hits, schema, Label.SCHEMA, reason, clauses)

    def _below(self, name: str, properties: list[SchemaProperty]) -> list[Affected]:
        """What happens to a dataset as far as the properties tell that it is promised."""
        touched, dataset = self._touched, self._touched.datasets.get(name)
        fields = [hit for one in properties if (hit := touched.field(name, one.path)) is not None]
        if dataset is None:
            return fields
        if dataset.severity in WHOLE or not properties:
            return [dataset, *fields]
        if fields:
            return fields
        return [spared(dataset)] if touched.is_root(name) else []

    def _version(self, version: str, items: list[Affected]) -> Affected:
        clauses = [clause for item in items for clause in item.clauses if clause.contract == version]
        reason = f"Contract {called(self._mesh, version)} {self._why(clauses, items)}"
        broken = [item for item in items if item.clauses]
        return above(broken if clauses else items, version, Label.CONTRACT_VERSION, reason, clauses)

    def _why(self, clauses: Sequence[Clause], hits: Sequence[Affected]) -> str:
        if clauses:
            more = f" (and {len(clauses) - 1} more)" if len(clauses) > 1 else ""
            return f"is violated: {clauses[0].message.removesuffix('.')}{more}."
        first = worst(hits)
        if first.severity is Severity.COMPATIBLE:
            return "holds: what changes leaves what it promises as it is."
        return f"promises data that {PREDICATES[first.severity]}."


def called(mesh: Mesh, key: str) -> str:
    """A declared thing as people call it: a version of a contract by the name of the contract and its number."""
    declared = mesh.declared
    contract = next(iter(declared.targets(key, Rel.VERSION_OF)), None)
    number = declared.text(key, "version")
    if contract is not None and number is not None:
        return f"{declared.name(contract)} {number}"
    return declared.text(key, "name") or spoken(key)
