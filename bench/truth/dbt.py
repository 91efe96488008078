"""One build of a dbt project by dbt and openlineage-dbt, on a DuckDB of its own."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.errors import BenchFailed
from bench.truth.built import Built, Job, Relation, in_order
from catalog.identity import JobId

DATABASE = "warehouse"
TIMEOUT_S = 900
_TARGET = ("target", "logs", "dbt_packages/.cache", "*.duckdb")
_RUNS = {"view", "table", "incremental", "snapshot"}

_PROFILE = """{profile}:
  target: truth
  outputs:
    truth:
      type: duckdb
      path: "{path}"
      threads: 1
      schema: main
"""


def build_dbt(
    project: Path, place: Path, bin_folder: Path, *, known: bool, database: Path | None = None
) -> Built:
    """Build a copy of the project in ``place`` with a profile of our own. ``known``: after ``dbt docs generate``.

    ``database``: a file to begin with, which has what the sources need.

    Raises BenchFailed where dbt does not end well and has left no manifest.
    """
    copy = place / "project"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(*_TARGET), dirs_exist_ok=True)
    warehouse = place / f"{DATABASE}.duckdb"
    profiles = place / "profiles"
    profiles.mkdir(exist_ok=True)
    (profiles / "profiles.yml").write_text(_PROFILE.format(profile=_profile(copy), path=warehouse))
    dbt = Dbt(bin_folder, copy, profiles)
    _begin(database, warehouse)
    if known:
        dbt.run(["dbt", "build", "--exclude-resource-type", "test", "unit_test"])
        dbt.run(["dbt", "docs", "generate", "--no-compile"])
        warehouse.unlink()  # so that snapshots are made once more, and not followed
        _begin(database, warehouse)
    events = place / "events.jsonl"
    told_to = {
        "OPENLINEAGE__TRANSPORT__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(events),
        "OPENLINEAGE__TRANSPORT__APPEND": "true",
    }
    said = dbt.run(["dbt-ol", "build", "--full-refresh"], told_to)
    if not events.exists():
        raise BenchFailed(f"dbt-ol has told nothing of {project}:\n{said[-4000:]}")
    lines = events.read_text().splitlines()
    manifest = json.loads((copy / "target" / "manifest.json").read_bytes())
    return _built(project.name, warehouse, copy, lines, manifest, dbt.states(), known)


def _begin(database: Path | None, warehouse: Path) -> None:
    if database is not None:
        shutil.copyfile(database, warehouse)


class Dbt:
    """dbt in a project, with a profile."""

    def __init__(self, bin_folder: Path, project: Path, profiles: Path) -> None:
        self._bin, self._project, self._profiles = bin_folder, project, profiles

    def run(self, command: list[str], variables: Mapping[str, str] | None = None) -> str:
        """What dbt prints; models that fail are no reason to stop, the build tells of the others."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENLINEAGE")}
        path = f"{self._bin}{os.pathsep}{os.environ['PATH']}"
        answer = subprocess.run(
            [
                str(self._bin / "python"),
                str(self._bin / command[0]),
                *command[1:],
                "--profiles-dir",
                str(self._profiles),
            ],
            cwd=self._project,
            env={**inherited, "PATH": path, "DO_NOT_TRACK": "1", **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
        said = answer.stdout + answer.stderr
        if not (self._project / "target" / "manifest.json").exists():
            raise BenchFailed(f"{' '.join(command)} failed:\n{said[-4000:]}")
        return said

    def states(self) -> dict[str, str]:
        """What became of each node in the last run: ``success``, ``error`` or ``skipped``."""
        value = json.loads((self._project / "target" / "run_results.json").read_bytes())
        return {one["unique_id"]: one["status"] for one in value["results"]}


def _profile(project: Path) -> str:
    found = re.search(r"^profile:\s*['\"]?([^'\"\s#]+)", (project / "dbt_project.yml").read_text(), re.M)
    if found is None:
        raise BenchFailed(f"{project}/dbt_project.yml names no profile")
    return found[1]


def _built(
    name: str,
    database: Path,
    project: Path,
    lines: list[str],
    manifest: Mapping[str, Any],
    states: Mapping[str, str],
    known: bool,
) -> Built:
    nodes = {**manifest["nodes"], **manifest["sources"]}
    told = _told(lines)
    jobs, left_out = [], {}
    for unique_id, node in nodes.items():
        if (
            node["resource_type"] not in ("model", "snapshot")
            or node["config"]["materialized"] == "ephemeral"
        ):
            continue
        why = _why_not(node, project, states.get(unique_id) == "success")
        if why is not None:
            left_out[unique_id] = why
            continue
        relation = _relation(node)
        assert relation is not None
        jobs.append(
            Job(
                unique_id,
                told.get(unique_id, JobId("", unique_id)),
                _run_again((project / node["build_path"]).read_text()),
                frozenset(_reads(nodes, unique_id)),
                (relation,),
                view=node["config"]["materialized"] == "view",
                told=unique_id in told,
            )
        )
    return Built(name, {DATABASE: database}, lines, in_order(jobs), f"duckdb://{database}", known, left_out)


def _why_not(node: Mapping[str, Any], project: Path, done: bool) -> str | None:
    """Why a node cannot be run again from its SQL."""
    if node.get("language", "sql") != "sql":
        return "is no SQL"
    if node["config"]["materialized"] not in _RUNS:
        return f"is materialized as {node['config']['materialized']}"
    if not done:
        return "failed in the build itself"
    if not node.get("build_path") or not (project / node["build_path"]).exists():
        return "left no SQL of its run"
    return None


def _run_again(text: str) -> str:
    """The SQL of the run, writing to the relation itself and not to one that is renamed behind it."""
    return text.replace('__dbt_tmp"', '"')


def _relation(node: Mapping[str, Any]) -> Relation | None:
    if not node.get("relation_name"):
        return None
    parts = re.findall(r'"((?:[^"]|"")+)"|([^".]+)', node["relation_name"])
    names = [(one or other).replace('""', '"') for one, other in parts]
    return (names[0], names[1], names[2]) if len(names) == 3 else None


def _reads(nodes: Mapping[str, Any], unique_id: str) -> Iterator[Relation]:
    """The relations that a node's SQL reads, through ephemeral models."""
    for parent in nodes[unique_id]["depends_on"]["nodes"]:
        node = nodes.get(parent)
        if node is None:
            continue
        if node.get("config", {}).get("materialized") == "ephemeral":
            yield from _reads(nodes, parent)
        elif (relation := _relation(node)) is not None:
            yield relation


def _told(lines: list[str]) -> dict[str, JobId]:
    """unique_id → job, of those of which an event tells a run that wrote something."""
    found = {}
    for line in lines:
        event = json.loads(line)
        node = event["job"]["facets"].get("dbt_node", {}).get("unique_id")
        if node is not None and event["job"]["facets"]["jobType"]["jobType"] in ("MODEL", "SNAPSHOT"):
            found[node] = JobId(event["job"]["namespace"], event["job"]["name"])
    return found
