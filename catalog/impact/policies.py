"""Where data that is classified higher goes: products and datasets that do not say that they hold such data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from catalog.coverage import spoken
from catalog.governance.barriers import USUAL
from catalog.governance.sayings import Saying, Sayings
from catalog.governance.spread import Walk, arrivals
from catalog.graph import Direction
from catalog.impact.change import Change, ChangeKind
from catalog.impact.spoken import spoken_change
from catalog.impact.touched import Touched
from catalog.lineage_view import View
from catalog.mesh.mesh import Mesh
from catalog.store.port import NodeFilter
from ontology.vocabulary import Label, Rel

MAX_FIELDS = 10_000
MAX_CLASSES = 1_000
_OTHERS = 3
_CLASSES = (Label.CLASSIFICATION, Label.PERSONAL_DATA_CATEGORY)


def raised(view: View, mesh: Mesh, touched: Touched, changes: Iterable[Change]) -> tuple[str, ...]:
    """A sentence for each field that is classified higher and goes unmasked to where that is not said, and for each
    usage policy of products that it goes to. Two questions for each hop, and some ten more."""
    risen = [one for one in changes if one.kind is ChangeKind.CLASSIFICATION_RAISED and one.path is not None]
    keys = {one: key for one in risen if (key := touched.field_key(one)) is not None}
    if not keys:
        return ()
    view.classes.close_fields(keys.values())
    starts = {one: view.classes.name(key) for one, key in keys.items()}
    sayings = Sayings(view, mesh)
    spread = Walk(view, Direction.OUT, USUAL, sayings.overruled, MAX_FIELDS).onwards({*starts.values()})
    arrived = arrivals(spread.hops, {start: [start] for start in starts.values()})
    carried = _Carried(view, mesh, sayings.of_fields(arrived.keys(), spread.overruled))
    sentences: list[str] = []
    for change, start in starts.items():
        reached = [field for field, tokens in arrived.items() if start in tokens and field != start]
        bare = sorted(field for field in reached if not carried.holds(field, change.after))
        if bare:
            sentences.append(_sentence(view, mesh, change, bare, bool(spread.cut)))
        sentences += carried.usage_policies(bare, change)
    return tuple(dict.fromkeys(sentences))


class _Carried:
    """What fields, their datasets and products say that they hold."""

    def __init__(self, view: View, mesh: Mesh, said: Mapping[str, list[Saying]]) -> None:
        self._view = view
        self._mesh = mesh
        self._said = said
        pages = (view.reader.page(NodeFilter((label,)), None, MAX_CLASSES) for label in _CLASSES)
        self._classes = {node.key: node.properties for page in pages for node in page}

    def products(self, field: str) -> tuple[str, ...]:
        """The products that the dataset of a field belongs to."""
        home = self._view.classes.home(field)
        keys = () if home is None else self._view.classes.members(home)
        return tuple(sorted({one for key in keys for one in self._mesh.members.products(key)}))

    def holds(self, field: str, wanted: str | None) -> bool:
        """Whether a field, its dataset or a product of it is classified so, or as high."""
        told = {saying.value for saying in self._said.get(field, ())}
        for product in self.products(field):
            told = told | {*self._mesh.declared.targets(product, Rel.CLASSIFIED_AS)}
        names = _words(wanted)
        level = self._level(names)
        return any(
            bool({key.casefold(), spoken(key).casefold(), self._name(key)} & names)
            or (level is not None and (self._rank(key) or 0) >= level)
            for key in told
        )

    def usage_policies(self, fields: Collection[str], change: Change) -> list[str]:
        """The usage policies of products that the data goes to."""
        declared = self._mesh.declared
        products = sorted({product for field in fields for product in self.products(field)})
        return [
            f"Usage policy {declared.name(policy)} of product {declared.name(product)} has to allow "
            f"{change.path} of {spoken(change.subject)} as {change.after or 'it is classified then'}."
            for product in products
            for policy in declared.targets(product, Rel.HAS_POLICY)
        ]

    def _name(self, key: str) -> str:
        return str(self._classes.get(key, {}).get("name", key)).casefold()

    def _rank(self, key: str) -> int | None:
        level = self._classes.get(key, {}).get("level")
        return level if isinstance(level, int) else None

    def _level(self, wanted: Collection[str]) -> int | None:
        """The highest level of the classes that a change names."""
        named = (
            key
            for key in self._classes
            if {key.casefold(), spoken(key).casefold(), self._name(key)} & {*wanted}
        )
        return max((rank for key in named if (rank := self._rank(key)) is not None), default=None)


def _words(wanted: str | None) -> set[str]:
    """The classes that a change names, one or several."""
    return set() if wanted is None else {word.strip().casefold() for word in wanted.split(",")}


def _sentence(view: View, mesh: Mesh, change: Change, fields: list[str], cut: bool) -> str:
    by_product: Mapping[str, list[str]] = _by_product(view, mesh, fields)
    told = [
        f"{_some(found)}{f' of product {mesh.declared.name(product)}' if product else ''}"
        for product, found in sorted(by_product.items())
    ]
    more = ", and further" if cut else ""
    return (
        f"{spoken_change(change)} in {spoken(change.subject)}; it goes on unmasked to {', '.join(told)}{more}, "
        f"which {'is' if len(fields) == 1 else 'are'} not classified so."
    )


def _by_product(view: View, mesh: Mesh, fields: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for field in fields:
        home = view.classes.home(field)
        keys = () if home is None else view.classes.members(home)
        products = sorted({one for key in keys for one in mesh.members.products(key)})
        found[products[0] if products else ""].append(field)
    return found


def _some(fields: list[str]) -> str:
    more = f" and {len(fields) - _OTHERS} more fields" if len(fields) > _OTHERS else ""
    return ", ".join(spoken(field) for field in fields[:_OTHERS]) + more
