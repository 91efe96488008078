"""Why names are names of one dataset, and which are kept apart though links would join them."""

from itertools import islice

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.command import Command
from api.graphql.facet import Evidence
from api.graphql.paging import Edge, First, Page, PageInfo, check_first, cursor, position_of
from api.graphql.scalars import Instant, instant
from api.graphql.words import described
from catalog.alias_guard import Conflict, ConflictCode
from catalog.alias_report import AliasLink as Told
from catalog.alias_report import all_conflicts
from catalog.store.port import Reader

MAX_PAGES = 5
"""How many pages of names one request looks at for conflicts."""

words.describe(
    ConflictCode,
    "Why links between names count for nothing.",
    {
        "TOO_MANY_NAMES": "They would make more names one dataset than the bound on them.",
        "FIELDS_DIFFER": "They lie between names whose fields differ.",
    },
)


@strawberry.type(description="A link between two names, with why it is there and whether it counts.")
class AliasLink:
    told: strawberry.Private[Told]

    @described("The id of the name that is linked.")
    def source(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.told.edge.source))

    @described("The id of the name that it is linked to.")
    def target(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.told.edge.target))

    @described(words.relation_word("ALIAS_OF", "aliasType"))
    def type(self) -> str:
        return self.told.type

    @described("The ids of the naming rules that make it; none where something else tells it.")
    def rules(self) -> list[str]:
        return [*self.told.rules]

    @described("The id of the dataset or document that tells it.")
    def told_by(self, info: Info) -> strawberry.ID:
        return strawberry.ID(info.context.iri(self.told.edge.via))

    @described("OBSERVED where an event or a name tells it, DECLARED where a document does.")
    def origin(self) -> str:
        return self.told.edge.origin

    @described("The time from which on it is told; null for a link of a naming rule.")
    def since(self) -> Instant | None:
        return instant(self.told.edge.valid_from)

    @described("The time at which it was no longer told; null while it is.")
    def until(self) -> Instant | None:
        return instant(self.told.edge.valid_to)

    @described("The log entries that told it; null where no event did.")
    def evidence(self) -> Evidence | None:
        first, last = self.told.first, self.told.last
        return None if first is None or last is None else Evidence.of(first, last)

    @described("Whether it joins the two names: not after an unlink, nor where it cannot be believed.")
    def counts(self) -> bool:
        return self.told.counts

    @described("The unlink or relink of an operator that stands for the two names; null for none.")
    def ruling(self) -> Command | None:
        return None if self.told.ruling is None else Command(command=self.told.ruling)


@strawberry.type(description="Names that links would join, and that are not believed to be one dataset.")
class AliasConflict:
    conflict: strawberry.Private[Conflict]

    @described("Why they are kept apart.")
    def code(self) -> ConflictCode:
        return self.conflict.code

    @described("The ids of the names that hang together by links, as far as they were looked at.")
    def names(self, info: Info, first: First = 50) -> list[strawberry.ID]:
        return [strawberry.ID(info.context.iri(key)) for key in self.conflict.names[: check_first(first)]]

    @described("How many names these are.")
    def name_count(self) -> int:
        return len(self.conflict.names)

    @described("The links that count for nothing.")
    def links(self, info: Info, first: First = 50) -> list["AliasEnds"]:
        iri = info.context.iri
        ends = self.conflict.links[: check_first(first)]
        return [
            AliasEnds(source=strawberry.ID(iri(one)), target=strawberry.ID(iri(other))) for one, other in ends
        ]


@strawberry.type(description="The ends of a link between names.")
class AliasEnds:
    source: strawberry.ID = strawberry.field(description="The id of the name that is linked.")
    target: strawberry.ID = strawberry.field(description="The id of the name that it is linked to.")


async def conflict_page(info: Info, first: int, after: str | None) -> Page[AliasConflict]:
    """Conflicts by their least name. It looks at a bounded number of names: there may be more behind a short page."""
    check_first(first)
    behind = None if after is None else str(position_of(after, str)[0])
    found, end = await info.context.ask(lambda reader: _found(reader, behind, first))
    edges = [Edge(node=AliasConflict(conflict=one), cursor=cursor(one.names[0])) for one in found]
    ends = [edge.cursor for edge in edges]
    last = None if end is None else cursor(end)
    page_info = PageInfo(
        has_next_page=last is not None,
        has_previous_page=after is not None,
        start_cursor=ends[0] if ends else None,
        end_cursor=last or (ends[-1] if ends else None),
    )
    return Page(edges=edges, page_info=page_info)


def _found(reader: Reader, after: str | None, first: int) -> tuple[list[Conflict], str | None]:
    """At most so many conflicts, and the key behind which there may be more (None: there are none)."""
    found: list[Conflict] = []
    end = None
    for last, conflicts in islice(all_conflicts(reader, after), MAX_PAGES):
        found += conflicts
        if len(found) > first:
            return found[:first], found[first - 1].names[0]
        end = last
    more = end is not None and next(all_conflicts(reader, end), None) is not None
    return found, end if more else None
