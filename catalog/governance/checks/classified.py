"""Where classified data comes to: from the fields of which a class is said, along field lineage.

What reaches something that way is told with the dataset that it is said of. Where field lineage is silent, lineage of
datasets decides whether anything can come at all: only what it leads to is then not known.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from catalog.aliases import is_dataset
from catalog.coverage import no_fields, spoken, too_many_nodes
from catalog.governance.barriers import Barriers
from catalog.governance.checks.flow import Flow
from catalog.governance.checks.ground import Ground
from catalog.governance.checks.outcome import NotEvaluated, edge_step
from catalog.governance.checks.sphere import Sphere
from catalog.governance.holders import dataset_standings
from catalog.governance.propagation import standings
from catalog.governance.sayings import Saying, Sayings
from catalog.governance.spread import MAX_FIELDS, Hop, Walk, arrivals, route
from catalog.governance.verdict import Step
from catalog.graph import Direction
from catalog.identity import ResourceId
from catalog.store.port import NodeFilter
from ontology.vocabulary import Label, Rel

MAX_CLASSES = 10_000
_KINDS = ("classification", "personal-data")


class _Token(NamedTuple):
    """A class, and the dataset (name of its class) of a field of which it is said."""

    home: str
    value: str


Found: TypeAlias = Mapping[str, Mapping[_Token, Hop | None]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """That data of a dataset (``start``) comes to something: of what sort it is, and by which way."""

    start: str
    what: str
    steps: tuple[Step, ...]


def classes_meant(ground: Ground, ids: Collection[str], *, personal: bool) -> set[str]:
    """The keys of classes by their ids, with those below them; and of all categories of personal data. Raises
    NotEvaluated where one is not there."""
    keys = {id_: [ResourceId(kind, (id_,)).key for kind in _KINDS] for id_ in ids}
    there = ground.reader.nodes({key for its in keys.values() for key in its})
    for id_, its in keys.items():
        if there.keys().isdisjoint(its):
            raise NotEvaluated(f"There is no classification {id_!r}.")
    found = set(there)
    if personal:
        page = ground.reader.page(NodeFilter((Label.PERSONAL_DATA_CATEGORY,)), None, MAX_CLASSES)
        if not page:
            raise NotEvaluated("No category of personal data is known.")
        found |= {node.key for node in page}
    fresh = set(found)
    while fresh:
        below = ground.reader.edges(fresh, (Rel.BROADER,), Direction.IN, ground.at)
        fresh = {edge.source for edge in below} - found
        found |= fresh
    return found


class Classified:
    """Data of some classes (keys), followed from where they are said on, for at most so many hops."""

    def __init__(self, ground: Ground, values: Collection[str], barriers: Barriers, hops: int) -> None:
        self._ground, self._barriers, self._hops = ground, barriers, hops
        view = ground.view
        self._sayings = Sayings(view, ground.mesh)
        fields, datasets = self._sayings.places(values)
        whole = {view.classes.name(one) for one in datasets}
        known = view.fields(whole)
        holders = {view.classes.name(one) for one in fields}.union(*known.values())
        told = self._sayings.of_fields(holders, self._sayings.overruled(holders))
        self._said = {
            field: kept
            for field, its in told.items()
            if (kept := [one for one in its if one.value in values])
        }
        # A field whose dataset is not known is followed nevertheless: it stands for itself.
        homes = {field: view.classes.home(field) or field for field in self._said}
        self._bare = {name for name in whole if not known[name]}
        walk = Walk(view, Direction.OUT, barriers, self._sayings.overruled, MAX_FIELDS)
        spread = walk.onwards(self._said)
        held = {field: [_Token(homes[field], one.value) for one in its] for field, its in self._said.items()}
        self._found: Found = arrivals(spread.hops, held)
        starts = {*filter(is_dataset, homes.values()), *self._bare}
        self._flow = Flow(ground, starts, hops)
        self.gap = too_many_nodes(MAX_FIELDS).message if spread.cut else self._flow.gap

    def coming(self, targets: Mapping[str, Sphere]) -> dict[str, list[Arrival]]:
        """What field lineage shows to come to each target, by start."""
        known = self._ground.view.fields({name for one in targets.values() for name in one.names})
        found: dict[str, list[Arrival]] = {}
        for key, sphere in targets.items():
            fields = [sphere.field] if sphere.field else [f for name in sphere.names for f in known[name]]
            best: dict[str, Arrival] = {}
            for field in sorted(fields):
                for token in sorted(self._found.get(field, ())):
                    hops = route(self._found, field, token)
                    if token.home not in sphere.own and len(hops) + sphere.beyond <= self._hops:
                        best.setdefault(token.home, self._arrival(sphere, field, token, hops))
            found[key] = [best[start] for start in sorted(best)]
        return found

    def _arrival(self, sphere: Sphere, field: str, token: _Token, hops: tuple[Hop, ...]) -> Arrival:
        said = self._saying(hops[0].giver if hops else field, token.value)
        read = sphere.reading.get(self._ground.view.home(field) or "")
        edges = [said.edge, *(hop.edge for hop in hops), *(() if read is None else (read,))]
        return Arrival(token.home, f"of the class {spoken(token.value)}", tuple(map(edge_step, edges)))

    def _saying(self, field: str, value: str) -> Saying:
        return next(one for one in self._said[field] if one.value == value)

    def possible(self, targets: Mapping[str, Sphere]) -> dict[str, set[str]]:
        """By target the datasets from which lineage of datasets leads to it: no data of another can come."""
        return {key: set(ways) for key, ways in self._flow.coming(targets).items()}

    def unknown(self, targets: Mapping[str, Sphere], starts: Mapping[str, set[str]]) -> dict[str, str]:
        """Why of what may come from some starts to each target it is not known whether it does."""
        view = self._ground.view
        names = sorted({name for key in starts for name in targets[key].names if targets[key].field is None})
        fields = sorted({field for key in starts if (field := targets[key].field) is not None})
        of_names = dataset_standings(view, self._sayings, names, self._barriers) if names else {}
        of_fields = standings(view, self._sayings, fields, self._barriers) if fields else {}
        found: dict[str, str] = {}
        reasons: dict[str, list[str]] = defaultdict(list)
        for key, its in starts.items():
            sphere = targets[key]
            if sphere.field is not None:
                reasons[key] += [one.message for one in of_fields[sphere.field].unknown]
            else:
                reasons[key] += [
                    one.message for name in sorted(sphere.names) for one in of_names[name].unknown
                ]
            reasons[key] += [no_fields(start).message for start in sorted(its & self._bare)]
            if reasons[key]:
                found[key] = f"Not all that comes to {spoken(key)} is known: {reasons[key][0]}"
        return found
