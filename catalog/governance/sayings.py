"""What is said of fields, by those who know them: of a field itself, of its dataset, or in a contract for it.

A classification of a dataset holds for all of its fields; one of a schema, or of a property of it, for the dataset that
it is bound to. What is said of a whole data product is not taken for its fields: it says how the product is to be
handled, and not what each column holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.curated import Curated, curated
from catalog.curation import Aspect
from catalog.graph import Direction, Edge
from catalog.identity import CurationId, is_hashed
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.mesh.schema_fields import SchemaProperty, schema_properties
from catalog.store.port import NodeFilter
from ontology.compiler import load_model
from ontology.vocabulary import Label, Rel


@dataclass(frozen=True, slots=True)
class Saying:
    """That something is so: ``value`` (the key of a classification) of ``holder`` (the key of what it is said of).
    ``edge``: what tells it."""

    value: str
    holder: str
    edge: Edge

    @property
    def order(self) -> tuple[str, str, str, str]:
        """A place among others."""
        return self.value, self.holder, self.edge.via, self.edge.origin


Held = dict[str, list[Saying]]


class Sayings:
    """Reads what is said at the instant of a view. ``mesh``: of the same reader and instant."""

    def __init__(self, view: View, mesh: Mesh) -> None:
        self._view = view
        self._mesh = mesh

    def overruled(self, fields: Collection[str]) -> dict[str, Curated]:
        """Fields of which a person says what classes they are of, in place of all that would follow: the last word of
        those on any of their names. An empty list is a word too: of none."""
        members = {CurationId(key, _ASPECT): field for field in fields for key in self._members(field)}
        found: dict[str, Curated] = {}
        for one, version in curated(self._view.reader, members, self._view.at).items() if members else ():
            field = members[one]
            if version.value is not None and (field not in found or found[field].order < version.order):
                found[field] = version
        return found

    def of_fields(self, fields: Collection[str], overruled: Collection[str] = ()) -> Held:
        """What is said of each field. Of the overruled only what is said of them themselves, not of their dataset."""
        homes = {field: home for field in fields if (home := self._view.classes.home(field)) is not None}
        of_homes = self.of_datasets(set(homes.values()))
        found: Held = defaultdict(list)
        for field, home in homes.items():
            if field not in overruled:
                found[field] += of_homes.get(home, ())
        for edge in self._leaving(self._view.classes.keys(fields)):
            found[self._view.classes.name(edge.source)].append(Saying(edge.target, edge.source, edge))
        for field, sayings in self._of_properties(homes).items():
            found[field] += sayings
        return _sorted(found)

    def of_datasets(self, datasets: Collection[str]) -> Held:
        """What is said of each dataset as a whole."""
        found: Held = defaultdict(list)
        for edge in self._leaving(self._view.classes.keys(datasets)):
            found[self._view.classes.name(edge.source)].append(Saying(edge.target, edge.source, edge))
        for dataset, schemas in self._bound(datasets).items():
            for schema in schemas:
                for edge in self._mesh.declared.out(schema, Rel.CLASSIFIED_AS):
                    found[dataset].append(Saying(edge.target, schema, edge))
        return _sorted(found)

    def holders(self, values: Collection[str]) -> set[str]:
        """The fields of which one of the values may be said: all of a dataset where it is said of it, or in a contract
        that is bound to it."""
        view = self._view
        fields, datasets = self.places(values)
        known = view.fields({view.classes.name(dataset) for dataset in datasets})
        return {view.classes.name(field) for field in fields}.union(*known.values())

    def places(self, values: Collection[str]) -> tuple[set[str], set[str]]:
        """Fields, and datasets, of which one of the values may be said. Closes them."""
        view = self._view
        told = view.reader.edges(values, (Rel.CLASSIFIED_AS,), Direction.IN, view.at) if values else []
        sources = {edge.source for edge in told}
        fields = {key for key in sources if key.startswith("field/")}
        datasets = {key for key in sources if key.startswith("dataset/")}
        schemas = {key for key in sources if key.startswith("schema/")}
        properties = {key for key in sources if key.startswith("schema-property/")}
        inside = (
            view.reader.edges(properties, (Rel.HAS_PROPERTY,), Direction.IN, view.at) if properties else ()
        )
        schemas |= {edge.source for edge in inside}
        for schema in schemas:
            binding = self._mesh.bindings.get(schema)
            datasets |= {bound.dataset for bound in (binding.counting if binding is not None else ())}
        view.classes.close_fields(fields)
        view.classes.close_datasets(datasets)
        return fields, datasets

    def homes_of_any(self) -> set[str]:
        """The datasets of which, or of fields of which, any class may be said."""
        where = NodeFilter(load_model().concrete((Label.CLASSIFICATION,)))
        classes: list[str] = []
        while page := self._view.reader.page(where, classes[-1] if classes else None, _PAGE):
            classes += [node.key for node in page]
        fields, datasets = self.places(classes)
        homes = {self._view.classes.home(field) for field in fields}
        homes |= {self._view.classes.name(dataset) for dataset in datasets}
        return {home for home in homes if home is not None}

    def _members(self, field: str) -> Iterable[str]:
        return (key for key in self._view.classes.members(field) if not is_hashed(key))

    def _leaving(self, keys: Collection[str]) -> list[Edge]:
        view = self._view
        return view.reader.edges(keys, (Rel.CLASSIFIED_AS,), Direction.OUT, view.at) if keys else []

    def _bound(self, datasets: Iterable[str]) -> dict[str, list[str]]:
        """The schemas of contracts that are bound to datasets."""
        members, schemas_of = self._view.classes.members, self._mesh.indexes.schemas_of
        found = {name: schemas_of(members(name)) for name in datasets}
        return {name: schemas for name, schemas in found.items() if schemas}

    def properties_of(self, fields: Collection[str]) -> dict[str, list[SchemaProperty]]:
        """The properties of contracts by the field that each is: the one of its path, else the one that differs from it
        only in upper and lower case."""
        homes = {field: home for field in fields if (home := self._view.classes.home(field)) is not None}
        bound = self._bound(set(homes.values()))
        properties = schema_properties(
            self._mesh.declared, {schema for found in bound.values() for schema in found}
        )
        exact: dict[tuple[str, str], list[str]] = defaultdict(list)
        folded: dict[tuple[str, str], list[str]] = defaultdict(list)
        for field, path in self._view.classes.paths(
            [field for field in homes if homes[field] in bound]
        ).items():
            exact[homes[field], path].append(field)
            folded[homes[field], path.casefold()].append(field)
        found: dict[str, list[SchemaProperty]] = defaultdict(list)
        for dataset, its in bound.items():
            for one in (one for schema in sorted(its) for one in properties[schema]):
                for field in exact[dataset, one.path] or folded[dataset, one.path.casefold()]:
                    found[field].append(one)
        return found

    def _of_properties(self, fields: Collection[str]) -> Held:
        """What contracts say of their properties, by the field that each is."""
        properties = self.properties_of(fields)
        said: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._leaving({one.node.key for its in properties.values() for one in its}):
            said[edge.source].append(edge)
        return {
            field: [Saying(edge.target, one.node.key, edge) for one in its for edge in said[one.node.key]]
            for field, its in properties.items()
        }


_PAGE = 1_000
_ASPECT = Aspect.CLASSIFICATIONS.value


def _sorted(found: Held) -> Held:
    return {key: sorted(dict.fromkeys(sayings), key=lambda one: one.order) for key, sayings in found.items()}
