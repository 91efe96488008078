"""Files and folders as OpenLineage names them: the address of the store is the namespace, the path the name."""

import re
from urllib.parse import urlsplit

from catalog.identity import DatasetId

_OBJECT = re.compile(r"\{(?:model|object|table)\}")
_GLOB = frozenset("*?[]{}")
_OBJECT_STORES = {"s3": "s3", "s3a": "s3", "s3n": "s3", "gs": "gs", "gcs": "gs"}
_AZURE_ACCOUNT = ".dfs.core.windows.net"


def located(location: str, name: str, *, alone: bool) -> DatasetId | str:
    """The dataset at a location, or why none is plain.

    ``{model}`` in it stands for the name of the object. Without that it means the object that is ``alone`` in its
    contract. A pattern of files is the folder that they are in.
    """
    text, count = _OBJECT.subn(lambda _: name, location)
    if not count and not alone:
        return "The location does not say which of several objects is there."
    split = urlsplit(text.replace("?", "%3F").replace("#", "%23"))
    path = _folder(split.path.replace("%3F", "?").replace("%23", "#"))
    if not path.strip("/") or not _GLOB.isdisjoint(path):
        return f"The location {location!r} is no one folder or file."
    if not _GLOB.isdisjoint(split.netloc) or "$" in split.netloc:
        return f"The location {location!r} is not filled in."
    return (
        _dataset(split.scheme.lower(), split.netloc, path) or f"The location {location!r} is not understood."
    )


def _folder(path: str) -> str:
    """A path without the patterns at its end, and without the slash there."""
    segments = path.split("/")
    while segments and not _GLOB.isdisjoint(segments[-1]):
        segments.pop()
    return "/".join(segments).rstrip("/")


def _dataset(scheme: str, authority: str, path: str) -> DatasetId | None:
    if "@" in authority and scheme not in ("abfs", "abfss", "wasb", "wasbs"):
        return None  # a user, perhaps with a password: nothing to name a dataset by
    if scheme in _OBJECT_STORES and authority:
        return DatasetId(f"{_OBJECT_STORES[scheme]}://{authority}", path.lstrip("/"))
    if scheme in ("abfs", "abfss"):
        return _azure(authority, path)
    if scheme in ("wasb", "wasbs") and "@" in authority:
        return DatasetId(f"wasbs://{authority}", path.lstrip("/"))
    if scheme in ("hdfs", "dbfs") and authority:
        return DatasetId(f"{scheme}://{authority}", path)
    if scheme == "sftp" and authority:
        return DatasetId(f"file://{authority}", path)
    if (scheme == "file" and not authority) or not (scheme or authority):
        return DatasetId("file", path) if path.startswith("/") else None
    return None


def _azure(authority: str, path: str) -> DatasetId | None:
    """``container@account…/path`` as Azure writes it, ``account…/container/path`` as contracts do."""
    if "@" in authority:
        return DatasetId(f"abfss://{authority}", path.lstrip("/"))
    container, _, rest = path.lstrip("/").partition("/")
    if not authority.endswith(_AZURE_ACCOUNT) or not rest:
        return None
    return DatasetId(f"abfss://{container}@{authority}", rest)
