"""Three days of the shop: which pipelines ran when, what failed and was run again, what changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.demo import finance, logistics, orders
from api.demo.events import DemoRun, Event, completed, described, designed, failed, started
from api.demo.landing import write_landing
from api.demo.model import Task
from api.demo.shop import Shop
from api.errors import ApiError

DAYS = 3
_STEP = timedelta(minutes=2)
_DURATION = timedelta(seconds=45)
_PIPELINES = (
    ("orders", 20, orders.tasks),
    ("logistics", 21, logistics.tasks),
    ("finance", 22, finance.tasks),
)
"""Domain, hour (UTC) at which its pipeline starts, and its tasks on a day."""


@dataclass(frozen=True, slots=True)
class _Day:
    """One simulated day of a shop whose first day starts at ``first``."""

    shop: Shop
    first: datetime
    number: int
    progress: Callable[[str], None]

    @property
    def midnight(self) -> datetime:
        return self.first + timedelta(days=self.number - 1)

    def receive(self, *, broken: bool = False) -> None:
        """Let the other systems deliver their files."""
        write_landing(self.shop.folder, self.number, self.first, broken=broken)

    def say(self, text: str) -> None:
        self.progress(f"day {self.number} of {DAYS}: {text}")


def history(shop: Shop, today: datetime, progress: Callable[[str], None]) -> Iterator[Event]:
    """Run the three days before ``today`` (a midnight) and yield what the pipelines emit, by time."""
    first = today - timedelta(days=DAYS)
    yield described(finance.VAT_RATES, first + timedelta(hours=6), shop)
    yield designed(logistics.FORECAST_DEMAND, first + timedelta(hours=7), shop)
    for number in range(1, DAYS + 1):
        day = _Day(shop, first, number, progress)
        day.receive(broken=number == finance.BROKEN_DAY)
        for domain, hour, tasks in _PIPELINES:
            yield from _pipeline(day, domain, day.midnight + timedelta(hours=hour), tasks(number))


def _pipeline(day: _Day, domain: str, at: datetime, tasks: tuple[Task, ...]) -> Iterator[Event]:
    run = DemoRun(domain, day.midnight)
    yield started(run, at, day.shop)
    for task in tasks:
        for event in _attempts(day, task, at + _STEP):
            at = datetime.fromisoformat(event.eventTime)
            yield event
    yield completed(run, at + _STEP, day.shop)
    day.say(f"{domain} ran {len(tasks)} jobs")


def _attempts(day: _Day, task: Task, at: datetime) -> Iterator[Event]:
    """Run a task; when it fails, somebody corrects the files and it runs a second time."""
    run = DemoRun(task.domain, day.midnight, task)
    yield started(run, at, day.shop)
    outcome = day.shop.run(task)
    if outcome.error is not None:
        yield failed(run, at + _DURATION, day.shop, outcome.error)
        day.say(
            f"{task.domain}/{task.name} failed ({outcome.error.splitlines()[0]}); corrected and run again"
        )
        day.receive()
        run, at = DemoRun(task.domain, day.midnight, task, attempt=2), at + _DURATION + _STEP
        yield started(run, at, day.shop)
        outcome = day.shop.run(task)
    if outcome.error is not None:
        raise ApiError(f"The demo's job {task.domain}/{task.name} does not run: {outcome.error}")
    yield completed(run, at + _DURATION, day.shop, outcome.rows)
