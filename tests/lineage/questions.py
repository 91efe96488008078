"""Generated questions, and the two answers to each: the walk's and the oracle's."""

from dataclasses import dataclass
from itertools import count

from hypothesis import strategies as st

from catalog.graph import Direction
from catalog.lineage import Level, walk
from catalog.store.port import Store
from tests.lineage.comparison import in_oracle_words
from tests.lineage.oracle import Answer, Oracle, World
from tests.lineage.worlds import INSTANTS, worlds, write

_ORIGINS = st.sampled_from([None, None, frozenset({"OBSERVED"}), frozenset({"DECLARED"})])
_DEPTHS = st.none() | st.integers(0, 3)
_worlds_made = count()


@dataclass(frozen=True)
class Question:
    """One question about one world."""

    world: World
    roots: frozenset[str]
    direction: Direction
    level: Level
    depth: int | None
    at: int | None
    origins: frozenset[str] | None

    def walked(self, store: Store) -> Answer:
        """The walk's answer, from a store that the world is written to."""
        write(store, self.world)
        with store.read() as reader:
            lineage = walk(
                reader,
                self.roots,
                direction=self.direction,
                level=self.level,
                depth=self.depth,
                at=self.at,
                origins=self.origins,
            )
        return in_oracle_words(lineage, Oracle(self.world, self.at, self.origins))

    def expected(self) -> Answer:
        """The oracle's answer."""
        oracle = Oracle(self.world, self.at, self.origins)
        return oracle.lineage(set(self.roots), self.direction, self.level, self.depth)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question about a world of its own namespace, so that worlds may share a store."""
    world = draw(worlds(namespace=f"w{next(_worlds_made)}"))
    return Question(
        world,
        draw(st.frozensets(st.sampled_from(sorted(world.labels)), min_size=1, max_size=2)),
        draw(st.sampled_from(Direction)),
        draw(st.sampled_from(Level)),
        draw(_DEPTHS),
        draw(INSTANTS),
        draw(_ORIGINS),
    )
