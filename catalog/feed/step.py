"""A step of the feed: what one transaction writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.feed.change import News
from catalog.feed.log import Records, State


@dataclass(frozen=True, slots=True)
class Step:
    """Valid while the state is as it was read (``before``)."""

    before: State
    after: State
    news: Sequence[News] = ()
    records: Records = field(default_factory=dict)
