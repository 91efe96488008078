"""Which dataset a schema or port means, and how that is known."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from api.graphql import words
from api.graphql.asking import Info
from api.graphql.links import by_key, node_of
from api.graphql.node import AsOf, Node
from api.graphql.paging import After, Connection, First, check_first
from api.graphql.words import described
from catalog.mesh import binding

if TYPE_CHECKING:
    from api.graphql.dataset import DatasetName

words.describe(
    binding.BindingStatus,
    "How a binding stands.",
    {
        "BOUND": "It is known which dataset is meant, or which.",
        "AMBIGUOUS": "Several datasets fit, and none is bound: a person has to say.",
        "UNBOUND": "No dataset fits.",
    },
)
words.describe(
    binding.BindingRule,
    "By which rule a dataset is known to be meant; the first rule that says something decides.",
    {
        "CURATED": "A person confirmed it.",
        "DECLARED": "A document names the dataset, or a server of the contract says enough.",
        "PRODUCER": "A job that writes the dataset names the thing's unique id, and only one such dataset is there.",
        "PORT": "The port that the contract governs serves one dataset of its name.",
        "PROJECT": "Its full name, in the one namespace that holds what belongs with it.",
        "FULL_NAME": "Its full name, where only one namespace of its platform has such a dataset.",
    },
)


@strawberry.type(description="A dataset that a schema or port is bound to.")
class BoundDataset:
    bound: strawberry.Private[binding.Bound]
    at: strawberry.Private[int | None]

    @described("The dataset, under the name that events used last; null where nothing is known of it.")
    async def dataset(self, info: Info) -> Node | None:
        return await node_of(info, self.bound.dataset, self.at)

    @described("By which rule it is known.")
    def rule(self) -> binding.BindingRule:
        return self.bound.rule

    @described("How sure the rule is, from 0 to 1.")
    def confidence(self) -> float:
        return self.bound.confidence

    @described("Why, in a sentence.")
    def evidence(self) -> str:
        return self.bound.evidence

    @described("The server of the contract that it lies on, by name; null where none tells it.")
    def server(self) -> str | None:
        return self.bound.server

    @described(
        "Whether it is a copy beside production: its contract has a server in production, and it lies in another "
        "environment. No port serves it, and no finding is about it."
    )
    def aside(self) -> bool:
        return self.bound.aside

    @described("The schema by which a port comes to it; null where the port itself does.")
    async def through(self, info: Info) -> Node | None:
        return await node_of(info, self.bound.through, self.at)


@strawberry.type(description="A dataset that may be meant, for a person to confirm or reject.")
class BindingSuggestion:
    suggested: strawberry.Private[binding.Suggestion]
    at: strawberry.Private[int | None]

    @described("The dataset.")
    async def dataset(self, info: Info) -> Node | None:
        return await node_of(info, self.suggested.dataset, self.at)

    @described("What speaks for it.")
    def rule(self) -> binding.BindingRule:
        return self.suggested.rule

    @described("How sure that is, from 0 to 1.")
    def confidence(self) -> float:
        return self.suggested.confidence

    @described("Why, in a sentence.")
    def reason(self) -> str:
        return self.suggested.reason


@strawberry.type(description="Which dataset a schema or port means.")
class Binding:
    told: strawberry.Private[binding.Binding]
    at: strawberry.Private[int | None]

    @described("The schema or port.")
    async def thing(self, info: Info) -> Node | None:
        return await node_of(info, self.told.thing, self.at)

    @described("Whether it is bound.")
    def status(self) -> binding.BindingStatus:
        return self.told.status

    @described("Why it is not bound; empty where it is.")
    def reason(self) -> str:
        return self.told.reason

    @described("What it is bound to.")
    def datasets(self, first: First = 50) -> list[BoundDataset]:
        return [BoundDataset(bound=one, at=self.at) for one in self.told.bound[: check_first(first)]]

    @described("What may be meant, the likeliest first.")
    def suggestions(self, first: First = 20) -> list[BindingSuggestion]:
        shown = self.told.suggestions[: check_first(first)]
        return [BindingSuggestion(suggested=one, at=self.at) for one in shown]


@strawberry.interface(description="What can be bound to datasets: a schema or a port.")
class Bindable(Node):
    @described("Which dataset it means, and how that is known.")
    async def binding(self, info: Info, as_of: AsOf = None) -> Binding | None:
        at = self.moment(as_of)
        told = await info.context.meshes.binding(self.key, at)
        return None if told is None else Binding(told=told, at=at)


def bound_to() -> Any:
    """A field: the datasets that a schema or port is bound to."""

    async def resolve(
        self: Node, info: Info, first: First = 50, after: After = None, as_of: AsOf = None
    ) -> Connection[Annotated["DatasetName", strawberry.lazy("api.graphql.dataset")]]:
        at = self.moment(as_of)
        told = await info.context.meshes.binding(self.key, at)
        keys = [one.dataset for one in told.bound] if told else []
        found: Connection[Any] = await by_key(info, Node, keys, first, after, at)
        return found

    about = "The datasets that it means, as documents and people say or rules tell; `binding` says how each is known."
    return strawberry.field(resolver=resolve, description=about)
