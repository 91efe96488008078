"""The verbs of ``meshline``: one table from the verb to the module that does it, which is loaded when it is called.

To load all of them takes several times as long as most verbs; what the help of the program says of a verb stands here.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from api.commands.plain import PlainCommand

VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "serve": ("serve.serve", "Serve events, questions, probes and metrics over HTTP."),
    "ingest": ("ingest.ingest", "Ingest OpenLineage events and report what became of each."),
    "follow": ("follow.follow", "Ingest files while they are written."),
    "consume": ("consume.consume", "Read OpenLineage events from Kafka into a store."),
    "import": ("import_.import_", "Import descriptions and report what was understood."),
    "search": ("search.search", "Search the catalog, the best matches first."),
    "product": ("product.product", "Show the page of a data product."),
    "products": ("product.products", "List the data products."),
    "lineage": ("lineage.lineage", "Show lineage downstream, upstream or (with both) both ways."),
    "propagated": ("propagated.propagated", "Show of which classes data is, and why."),
    "impact": ("impact.impact", "Say what a change of a dataset would do, without doing it."),
    "ci": ("ci.ci", "Tell the impact of a change request where it is reviewed."),
    "deprecate": ("deprecate.deprecate", "Say that something will go away, and tell those who read it."),
    "explain": ("explain.explain", "Explain an event by what it did, an edge by its events."),
    "findings": ("findings.findings", "List where what is declared and what is observed differ."),
    "usage": ("usage.usage", "List who uses which product, and under which agreement."),
    "sparql": ("sparql.sparql", "Answer a SPARQL query over the graph as it is now."),
    "export": ("export.export", "Export the graph as RDF."),
    "replay": ("replay.replay", "Make a graph anew from its log, in place or in another store."),
    "verify": ("verify.verify", "Prove that a store is what a replay of its log makes."),
    "migrate": ("migrate.migrate", "Bring a store to the ontology and the folds of this Meshline."),
    "schema": ("schema.schema", "Print the schema of the graph."),
    "forget": ("forget.forget", "Forget a dataset, job or run, or a whole namespace."),
    "retain": ("retain.retain", "Take away what ended before a time."),
    "commands": ("commands.commands", "List the operators' commands that are in force."),
    "demo": ("demo.demo", "Load the demo mesh: three domains whose pipelines really run."),
    "alias": ("alias.app", "Say which names are of one dataset, and why."),
    "key": ("key.app", "Keys of the service: bearer tokens with an actor and a role."),
    "policy": ("policy.app", "See policies, and what they say of the things of the mesh."),
    "proposal": ("proposal.app", "Have those answer whom a change affects, before it is made."),
    "webhook": ("webhook.app", "Send what changes to addresses of your choice, signed."),
}
"""Of each verb, in the order of the help: where in ``api.commands`` it is, and the first sentence of its own help."""


class Verbs(TyperGroup):
    """The program: what it has of a verb before that is called is its name and its summary."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = _Loaded()

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all verbs."""
        return list(VERBS)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the verbs with what each does."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, summary) for verb, (_, summary) in VERBS.items()])


class _Loaded(Mapping[str, Any]):
    """The command of each verb, loaded when it is looked up."""

    def __getitem__(self, verb: str) -> Any:
        if verb not in VERBS:
            raise KeyError(verb)
        return _command(verb)

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)


def load_verb(arguments: Sequence[str]) -> None:
    """Load the module of the verb that the arguments call; nothing where they call none."""
    verb = next((argument for argument in arguments if not argument.startswith("-")), None)
    if verb in VERBS:
        _command(verb)


@cache
def _command(verb: str) -> Any:
    """Made once a process: that takes longer than most verbs."""
    module, _, name = VERBS[verb][0].rpartition(".")
    found = getattr(import_module(f"api.commands.{module}"), name)
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(verb, cls=PlainCommand)(found)
    return get_command(alone)
