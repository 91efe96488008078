"""The document that told the graph of a thing, as it came: a better base than what all documents together come to."""

from collections.abc import Collection

from catalog import state
from catalog.canonical import plain
from catalog.described import described
from catalog.identity import DocumentId
from catalog.store.port import Reader
from ingest.descriptors.reading import MEDIA_TYPE


def texts_of(reader: Reader, keys: Collection[str], at: int | None) -> dict[str, str]:
    """Source → text of the descriptors that describe these things now or as of ``at``: four questions."""
    if not keys:
        return {}
    documents = {document for one in described(reader, keys, at).values() for document in one.documents}
    sights = state.last_sight(reader, {one for one in documents if one.startswith("document/")}, at)
    entries = reader.entries_at(set(sights.values())) if sights else {}
    found: dict[str, str] = {}
    for entry in entries.values():
        body = plain(entry.body)
        if isinstance(body, dict) and body.get("mediaType") == MEDIA_TYPE:
            source, content = body.get("document"), body.get("content")
            if isinstance(source, str) and isinstance(content, str) and DocumentId(source).key in documents:
                found[source] = content
    return found
