"""Commands run in the process of the test, and what they are asked about."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from tests.api.events import run_event
from tests.api.running import Service

Cli: TypeAlias = Callable[..., tuple[int, str, str]]
"""Runs a command: exit code, standard output, standard error."""


def ask(cli: Cli, *arguments: str) -> Any:
    code, out, err = cli(*arguments, "--json")
    assert err == ""
    return json.loads(out) if code in (0, 2) else code


def fill(service: Service) -> None:
    """Two runs of one job."""
    with service.client() as http:
        http.post("/api/v1/lineage/batch", json=[run_event(1), run_event(2)]).raise_for_status()
