"""``meshline consume``: events from Kafka into a store, until it is told to stop."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.commands.lines import plural
from api.commands.options import JsonOption, StoreOption
from api.commands.output import console, error_console, print_json
from api.errors import UsageError
from api.logs import configure_logs
from api.settings import Settings
from api.stopping import told_to_stop
from api.target import opened_store
from catalog.entry import Status
from catalog.projection import Projection
from ingest.counts import Counted
from ingest.derivation.settle import settle
from ingest.derivation.worker import DerivationWorker
from ingest.pipeline import Ingest, Limits
from ingest.replay import interpret_again

TopicsArgument = Annotated[list[str], typer.Argument(metavar="TOPIC", help="The topics to read.")]
BrokersOption = Annotated[
    str,
    typer.Option(
        "--brokers", metavar="HOST:PORT,…", envvar="MESHLINE_KAFKA_BROKERS", help="Where Kafka answers."
    ),
]
GroupOption = Annotated[
    str,
    typer.Option(
        "--group",
        metavar="NAME",
        envvar="MESHLINE_KAFKA_GROUP",
        help="The consumer group; several processes of one group share the partitions.",
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="MESHLINE_KAFKA_CONFIG",
        help="Properties of librdkafka, name=value a line (security.protocol, sasl.username …).",
    ),
]
LatestOption = Annotated[
    bool,
    typer.Option(
        "--from-latest", help="A new group begins with what comes from now on, not with the oldest."
    ),
]
UntilEndOption = Annotated[bool, typer.Option("--until-end", help="Stop when all there is has been read.")]
BatchOption = Annotated[
    int, typer.Option("--batch", metavar="N", min=1, max=5000, help="Events to a transaction.")
]


def consume(
    topics: TopicsArgument,
    brokers: BrokersOption,
    group: GroupOption = "meshline",
    config: ConfigOption = None,
    from_latest: LatestOption = False,
    until_end: UntilEndOption = False,
    store: StoreOption = None,
    batch: BatchOption = 256,
    as_json: JsonOption = False,
) -> None:
    """Read OpenLineage events from Kafka into a store.

    A service may serve the store meanwhile.
    Offsets are committed when the events are durable. What is no event is kept in quarantine. It ends at SIGTERM or
    Ctrl-C, or with --until-end.
    """
    try:
        from ingest.kafka import KafkaSettings, KafkaSource
    except ImportError as error:
        message = "Kafka is not installed here."
        raise UsageError(message, "Install Meshline with it: pip install 'meshline[kafka]'.") from error
    properties = {} if config is None else read_properties(config)
    settings = KafkaSettings(brokers, tuple(topics), group, properties, from_latest)
    redaction = Settings.from_environment(os.environ).redaction
    with opened_store(store, os.environ, create=True) as opened, told_to_stop() as stop:
        limits = Limits(batch_entries=batch, waiting_entries=2 * batch)
        ingest = Ingest(Projection(opened, interpret_again), limits=limits, redaction=redaction)
        derivation = DerivationWorker(opened)
        configure_logs("info")
        try:
            source = KafkaSource(settings, ingest, batch=batch)
            error_console().print(f"Reading {', '.join(topics)} as group {group}", markup=False)
            source.run(stop, until_end=until_end)
        finally:
            ingest.close()
            derivation.close()
        settle(opened)
    _report(ingest.counts.now(), as_json)


def read_properties(path: Path) -> dict[str, str]:
    """``name=value`` a line; empty lines and those that begin with # say nothing. Raises UsageError."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Name a file of lines name=value.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"{path}, line {number} is no name=value.", "For example: security.protocol=SSL")
        found[name.strip()] = value.strip()
    return found


def _report(counts: Counted, as_json: bool) -> None:
    found = {status.value: getattr(counts, status.value) for status in Status}
    if as_json:
        print_json({"received": counts.received, **found})
        return
    parts = ", ".join(f"{number} {name}" for name, number in found.items() if number)
    line = f"Received {plural(counts.received, 'event')}"
    console().print(f"{line}: {parts}." if parts else f"{line}.", markup=False)
    if counts.quarantined:
        console().print("In quarantine: ask GraphQL for `quarantine`.", markup=False)
