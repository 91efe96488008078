"""Policies that are ready to use, each with an example that passes and one that fails, as our own descriptors.

``NAME.yaml`` is the policy with the id NAME; ``NAME.passes.yaml`` and ``NAME.fails.yaml`` are small meshes. What events
tell of a mesh is beside it, as ``NAME.passes.ndjson`` and ``NAME.fails.ndjson``.
"""

from importlib.resources import files

_SUFFIX = ".yaml"


def ready_ids() -> tuple[str, ...]:
    """The ids of all ready policies, sorted."""
    names = (
        file.name.removesuffix(_SUFFIX) for file in files(__name__).iterdir() if file.name.endswith(_SUFFIX)
    )
    return tuple(sorted(name for name in names if "." not in name))


def ready_text(id_: str) -> str:
    """The descriptor of a ready policy. Raises FileNotFoundError."""
    return _text(id_)


def example_text(id_: str, *, passes: bool) -> str:
    """A small mesh of which everything passes a ready policy, or something fails it. Raises FileNotFoundError."""
    return _text(_example(id_, passes=passes))


def example_events(id_: str, *, passes: bool) -> str:
    """The OpenLineage events of that mesh, one a line; empty where it needs none."""
    file = files(__name__).joinpath(f"{_example(id_, passes=passes)}.ndjson")
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _example(id_: str, *, passes: bool) -> str:
    return f"{id_}.{'passes' if passes else 'fails'}"


def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")
