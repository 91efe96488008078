"""How affected things are reached, in words and routes: told of those that somebody looks at, when they do.

A report of thousands of items is judged and counted by what happens to them; of a page of it the stories are told.
"""

from collections.abc import Iterable, Mapping, Sequence

from catalog.aliases import is_dataset, is_job
from catalog.coverage import spoken
from catalog.graph import Edge
from catalog.impact.delta import CERTAIN
from catalog.impact.knowledge import Knowledge
from catalog.impact.links import Link, State, judged
from catalog.impact.report import RouteStep, Story
from catalog.impact.routes import Reach
from catalog.lineage_shown import transformations
from catalog.lineage_steps import kind_of
from ontology.vocabulary import Label, Origin


class Stories:
    """Tells them from what the walk has read: nothing is asked of a store, which may be closed by then.

    ``states``: what happens to each thing, by its name; ``shown``: name → key to show, where that is another; ``seen``:
    unit → epoch nanoseconds of its last sight; ``routes``: how many of each. Safe to share between threads.
    """

    def __init__(
        self,
        known: Knowledge,
        reach: Reach,
        states: Mapping[str, Sequence[State]],
        shown: Mapping[str, str],
        seen: Mapping[str, int],
        routes: int,
    ) -> None:
        self._known = known
        self._reach = reach
        self._states = states
        self._shown = shown
        self._seen = seen
        self._routes = routes
        self._steps: dict[Link, RouteStep] = {}

    def of(self, name: str, key: str, label: str) -> "Untold":
        """The story of a thing, which is shown by this key and label."""
        return Untold(self, name, key, label)

    def tell(self, name: str, key: str, label: str) -> Story:
        """Why it is as bad as it is: by which routes, and from which changed fields."""
        _, worst, _ = judged(self._states[name])
        link = self._telling(worst)
        routes, all_routes = self._reach.routes(worst, self._routes)
        roots = self._reach.roots_of(worst)
        return Story(
            f"{_KINDS.get(label, label)} {spoken(key)} {link.reason}.",
            tuple(sorted({self._key(root.name) for root in roots if is_field(root.name)})),
            tuple(tuple(self._step(link) for link in route) for route in routes),
            all_routes,
            link.message,
        )

    def _key(self, name: str) -> str:
        return self._shown.get(name, name)

    def _telling(self, worst: Iterable[State]) -> Link:
        """The link that says why: the surest, the nearest."""
        links = [link for state in worst for link in self._reach.into(state)]
        if len(links) == 1:
            return links[0]
        return min(links, key=lambda one: (self._rank(one), self._reach.hops[one.before], one.place))

    def _rank(self, link: Link) -> int:
        return max(CERTAIN[self._reach.certainty[link.before]], CERTAIN[link.certainty])

    def _step(self, link: Link) -> RouteStep:
        found = self._steps.get(link)
        if found is None:
            found = self._steps[link] = self._made(link)
        return found

    def _made(self, link: Link) -> RouteStep:
        told = self._told(link)
        return RouteStep(
            self._key(link.before.name),
            link.unit if is_job(link.unit) else None,
            self._key(link.after.name),
            link.kind,
            transformations(edge for edge in told if link.kind is not None),
            tuple(sorted({edge.origin for edge in told})),
            self._seen.get(link.unit) if any(edge.origin != Origin.DECLARED for edge in told) else None,
        )

    def _told(self, link: Link) -> list[Edge]:
        """The edges that tell a hop: of the columns where it is one of a field, else of the dataset."""
        source, target = link.before.name, link.after.name
        home = self._known.view.home
        columns = self._known.columns.get((source, link.unit), [])
        alike = [column for column in columns if link.kind in (None, kind_of(column.edge))]
        exact = [
            column.edge
            for column in alike
            if target in column.targets or (is_dataset(target) and home(column.edge.target) == target)
        ]
        if exact or alike:
            return exact or [column.edge for column in alike]
        use = self._known.uses.get((source, link.unit))
        if use is not None:
            return [use.edge]
        dataset = source if is_dataset(source) or is_job(source) else home(source)
        edge = None if dataset is None else self._known.reads.get((dataset, link.unit))
        if edge is None and dataset is not None:
            edge = self._known.writes.get((link.unit, dataset))
        return [] if edge is None else [edge]


class Untold:
    """A story that is told when it is asked for, once; equal to any that says the same."""

    __slots__ = ("_key", "_label", "_name", "_stories", "_story")

    def __init__(self, stories: Stories, name: str, key: str, label: str) -> None:
        self._stories = stories
        self._name = name
        self._key = key
        self._label = label
        self._story: Story | None = None

    def told(self) -> Story:
        """The story; two threads may tell it at once, which is the same."""
        if self._story is None:
            self._story = self._stories.tell(self._name, self._key, self._label)
        return self._story

    def __eq__(self, other: object) -> bool:
        return self.told() == (other.told() if isinstance(other, Untold) else other)

    def __hash__(self) -> int:
        return hash(self.told())

    def __repr__(self) -> str:
        return repr(self.told())


_KINDS: dict[str, str] = {
    Label.JOB: "Job",
    Label.FIELD: "Field",
    Label.DATASET: "Dataset",
    Label.ALIAS: "Dataset",
    Label.DATASET_REFERENCE: "Dataset",
}


def is_field(name: str) -> bool:
    """Whether a name is one of a field."""
    return not is_dataset(name) and not is_job(name)
