"""Bounds of a query, checked before anything is asked: tokens, depth, aliases, estimated number of fields.

What else makes a query invalid depends on its text alone, and is looked at once (api.graphql.known_queries).

The estimate multiplies: a list costs its ``first`` times what each item costs. Questions that walk the graph
have a price of their own, since aliases would repeat them cheaply otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from strawberry.extensions import SchemaExtension

from api.graphql.errors import Code, refusal
from api.graphql.known_queries import KnownQueries

MAX_TOKENS = 4_000
MAX_DEPTH = 24
MAX_ALIASES = 50
MAX_COST = 100_000
UNNAMED_LIST = 5
"""What a list without ``first`` is taken to hold."""

PRICES = {
    **{
        "lineage": 5_000,
        "lineageDiff": 10_000,
        "impact": 5_000,
        "impactReport": 1_000,
        "search": 1_000,
        "explainEdge": 5_000,
    },
    **{"findings": 5_000, "bindings": 5_000, "product": 500, "products": 500, "domain": 500, "domains": 500},
    **{"usage": 5_000, "policies": 500, "waivers": 500, "verdicts": 20_000, "compliance": 20_000},
}
"""Of fields of ``Query``."""
PRICES_BELOW = {
    ("Proposal", "standing"): 5_000,
    ("Classification", "reach"): 5_000,
    ("DataProduct", "derivedClassifications"): 500,
    ("Dataset", "derivedClassifications"): 100,
    ("Field", "derivedClassifications"): 20,
    ("Field", "derivedRetention"): 20,
    ("Field", "derivedCriticality"): 20,
}
"""Of fields of other types."""
PAGED = frozenset(("impact", "impactReport"))
"""Fields of ``Query`` whose ``first`` is of the ``items`` within their report, not of all of it."""
PAGES_TYPE = "ImpactReport"
MUTATION_PRICE = 4_000
"""Of each field of ``Mutation``: a transaction of its own."""


@dataclass(frozen=True, slots=True)
class Size:
    """How deep a selection is, and how many fields it may resolve."""

    depth: int
    cost: int


_KNOWN = KnownQueries()


class Limits(SchemaExtension):
    """Puts the bounds before the execution of every query; what is valid otherwise is found out once."""

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        context.parse_options["max_tokens"] = MAX_TOKENS
        variables: Mapping[str, Any] = context.variables or {}

        class Bounds(_Bounds):
            given = variables
            named = context._provided_operation_name is not None

        text = context.query or ""
        known = context.graphql_document = _KNOWN.get(context.schema, text)
        context.validation_rules = (*(context.validation_rules if known is None else ()), Bounds)
        yield
        if known is None and context.graphql_document is not None and not context.pre_execution_errors:
            _KNOWN.keep(context.schema, text, context.graphql_document)


class _Bounds(ValidationRule):
    """Reports a document that is too deep, has too many aliases, costs too much or does not say what to run."""

    given: Mapping[str, Any]
    named: bool
    """Whether the request says which operation to run."""

    def enter_document(self, document: DocumentNode, *_: Any) -> None:
        self._check_operations(document)
        measure = Measure(self.context, document, self.given)
        depth, cost = measure.size.depth, measure.size.cost
        if depth > MAX_DEPTH:
            self._refuse(
                Code.DEPTH_LIMIT, f"The query is {depth} levels deep; at most {MAX_DEPTH} are answered."
            )
        if measure.aliases > MAX_ALIASES:
            message = f"The query has {measure.aliases} aliases; at most {MAX_ALIASES} are answered."
            self._refuse(Code.ALIAS_LIMIT, message)
        if cost > MAX_COST:
            message = f"The query may resolve {cost} fields; at most {MAX_COST} are answered."
            self._refuse(Code.COST_LIMIT, f"{message} Ask for smaller pages (first).")

    def _check_operations(self, document: DocumentNode) -> None:
        """GraphQL §6.1: of several operations the request has to name one (strawberry would run the first)."""
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        names = [one.name.value for one in operations if one.name]  # without a name it has to be the only one
        if len(names) > 1 and not self.named:
            message = f"The document has several operations ({', '.join(names)}); say which in operationName."
            self._refuse(Code.BAD_USER_INPUT, message)

    def _refuse(self, code: Code, message: str) -> None:
        self.report_error(refusal(code, message))


Parent: TypeAlias = GraphQLNamedType | None


class Measure:
    """The size of a document. Fragments are measured once in each operation, so spreading them is cheap to estimate."""

    def __init__(self, context: ValidationContext, document: DocumentNode, given: Mapping[str, Any]) -> None:
        self.aliases = 0
        self._schema = context.schema
        self._given = given
        self._defaults: dict[str, Any] = {}
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._measured: dict[tuple[str, int], Size] = {}
        self._page = 1
        operations: list[OperationDefinitionNode] = []
        for definition in document.definitions:
            if isinstance(definition, FragmentDefinitionNode):
                self._fragments[definition.name.value] = definition
            elif isinstance(definition, OperationDefinitionNode):
                operations.append(definition)
        self.size = _worst(self._operation(operation) for operation in operations)

    def _operation(self, operation: OperationDefinitionNode) -> Size:
        self._measured.clear()  # what a fragment costs depends on the defaults of the operation that spreads it
        self._defaults.clear()
        for variable in operation.variable_definitions or ():
            if isinstance(variable.default_value, IntValueNode):
                self._defaults[variable.variable.name.value] = int(variable.default_value.value)
        return self._selections(operation.selection_set, self._schema.get_root_type(operation.operation))

    def _selections(self, selections: SelectionSetNode | None, parent: Parent) -> Size:
        depth = cost = 0
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                size = self._field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                size = self._fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                within = self._schema.get_type(condition.name.value) if condition else parent
                size = self._selections(selection.selection_set, within)
            depth, cost = max(depth, size.depth), cost + size.cost
        return Size(depth, cost)

    def _fragment(self, name: str) -> Size:
        key = name, self._page
        if key not in self._measured:
            self._measured[key] = Size(
                0, 0
            )  # what a fragment that spreads itself adds; another rule refuses it
            definition = self._fragments.get(name)
            if definition is not None:
                within = self._schema.get_type(definition.type_condition.name.value)
                self._measured[key] = self._selections(definition.selection_set, within)
        return self._measured[key]

    def _field(self, node: FieldNode, parent: Parent) -> Size:
        self.aliases += node.alias is not None
        field = _field_of(parent, node.name.value)
        items, before = self._items(node, field), self._page
        if parent is self._schema.query_type and node.name.value in PAGED:
            items, self._page = 1, items
        elif parent is not None and parent.name == PAGES_TYPE and node.name.value == "items":
            items = self._page
        below = self._selections(node.selection_set, get_named_type(field.type) if field else None)
        self._page = before
        price = 0 if parent is None else PRICES_BELOW.get((parent.name, node.name.value), 0)
        if parent is self._schema.query_type:
            price = PRICES.get(node.name.value, 0)
        if parent is self._schema.mutation_type and parent is not None:
            price = MUTATION_PRICE
        return Size(below.depth + 1, 1 + price + items * below.cost)

    def _items(self, node: FieldNode, field: GraphQLField | None) -> int:
        """How many items the field may give."""
        if field is None:
            return 1
        if "first" in field.args:
            return max(1, self._first(node, field.args["first"].default_value))
        is_list = is_list_type(get_nullable_type(field.type))
        return UNNAMED_LIST if is_list and node.name.value != "edges" else 1

    def _first(self, node: FieldNode, default: Any) -> int:
        for argument in node.arguments or ():
            if argument.name.value != "first":
                continue
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                name = argument.value.name.value
                given = self._given.get(name, self._defaults.get(name, default))
                if isinstance(given, float) and given.is_integer():  # 100.0 is an Int to GraphQL
                    return int(given)
                return given if isinstance(given, int) else 1
        return default if isinstance(default, int) else 1


def _field_of(parent: Parent, name: str) -> GraphQLField | None:
    if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        fields: dict[str, GraphQLField] = parent.fields
        return fields.get(name)
    return None


def _worst(sizes: Iterator[Size]) -> Size:
    found = list(sizes)
    return Size(max((s.depth for s in found), default=0), sum(s.cost for s in found))
