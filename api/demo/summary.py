"""What loading the demo gave, and what to ask next."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from openlineage.client.event_v2 import DatasetEvent, Job, RunEvent, RunState

from api.demo.events import Event
from api.demo.model import TABLES
from catalog.identity import DatasetId, ResourceId

ASKED = DatasetId(TABLES, "orders.raw_orders")
"""Where everything starts: the dataset the lineage and impact questions are about."""
ASKED_COLUMN = "email"
PRODUCT = ResourceId("product", ("revenue",))


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to try: as a command line and as a GraphQL query."""

    title: str
    command: str
    graphql: str


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """Counts of what was sent, and questions with real ids. ``str()`` gives the text to print.

    ``descriptions``: how many documents the domains have published of themselves.
    """

    events: int
    runs: int
    jobs: int
    datasets: int
    failed_runs: int
    questions: tuple[Question, ...]
    descriptions: int = 0

    def __str__(self) -> str:
        return self.text()

    def text(self, program: str = "meshline") -> str:
        """The text to print; ``program`` is what to type for ``meshline`` where it is not on the PATH."""
        described = f", {self.descriptions} descriptions" if self.descriptions else ""
        head = (
            f"Demo loaded: {self.events} events, {self.runs} runs ({self.failed_runs} failed), "
            f"{self.jobs} jobs, {self.datasets} datasets{described}. Try:"
        )
        parts = [
            f"{question.title}\n  {program}{question.command.removeprefix('meshline')}\n  {question.graphql}"
            for question in self.questions
        ]
        return "\n\n".join((head, *parts))


@dataclass(slots=True)
class Tally:
    """Counts events while they are sent."""

    events: int = 0
    runs: set[str] = field(default_factory=set)
    failed_runs: set[str] = field(default_factory=set)
    jobs: set[tuple[str, str]] = field(default_factory=set)
    datasets: set[tuple[str, str]] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Count one event."""
        self.events += 1
        if isinstance(event, DatasetEvent):
            self.datasets.add((event.dataset.namespace, event.dataset.name))
            return
        self._add_job(event.job)
        named = [*(event.inputs or ()), *(event.outputs or ())]
        self.datasets |= {(dataset.namespace, dataset.name) for dataset in named}
        if isinstance(event, RunEvent):
            self.runs.add(event.run.runId)
            if event.eventType is RunState.FAIL:
                self.failed_runs.add(event.run.runId)

    def _add_job(self, job: Job) -> None:
        self.jobs.add((job.namespace, job.name))

    def summary(self, flags: str = "") -> DemoSummary:
        """The counts as they are now; ``flags`` go into the command lines."""
        return DemoSummary(
            self.events,
            len(self.runs),
            len(self.jobs),
            len(self.datasets),
            len(self.failed_runs),
            tuple(questions(flags)),
        )


def questions(flags: str = "") -> Iterable[Question]:
    """A search, a lineage, an impact question about the demo, its products and its policies, with real ids."""
    service = f" {flags}" if flags else ""
    dataset = json.dumps(ASKED.key)
    yield Question(
        "Search: where are e-mail addresses?",
        f"meshline search email{service}",
        '{ search(text: "email") { totalCount edges { node { id } } } }',
    )
    yield Question(
        "Lineage: where does the web shop's export go?",
        f"meshline lineage {ASKED.name}{service}",
        f"{{ lineage(of: [{dataset}], direction: DOWNSTREAM, level: DATASET) "
        "{ nodes { hops node { id } } coverage { status } } }",
    )
    yield Question(
        f"Impact: what breaks when its column {ASKED_COLUMN} goes away?",
        f"meshline impact {ASKED.name} --drop {ASKED_COLUMN}{service}",
        f"{{ impact(change: {{ dataset: {dataset}, drop: [{json.dumps(ASKED_COLUMN)}] }}) "
        "{ verdict items { totalCount edges { node { severity reason node { id } } } } } }",
    )
    yield Question(
        "Products: what has to do with revenue, and who answers for it?",
        f"meshline search revenue --kind DataProduct{service}",
        f"{{ product(name: {json.dumps(PRODUCT.key)}) {{ name lifecycle owner {{ agent {{ key }} }} "
        "outputPorts { edges { node { key endpoint datasets { edges { node { key } } } } } } } }",
    )
    yield Question(
        "Policies: what does not hold, and why?",
        f"meshline policy check{service}",
        "{ verdicts(first: 5) { state counts { status count } "
        "edges { node { policy status target { key } message explanation { text } } } } }",
    )
