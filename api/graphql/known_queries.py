"""Queries that were found valid, by their text: a program asks the same few again and again, with other variables.

To parse and to validate a query takes longer than many answers, and depends on nothing but its text and the schema.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

from graphql import DocumentNode

MAX_KNOWN = 200
MAX_CHARACTERS = 10_000
"""Of a text that is kept; its document takes some hundred times as many bytes at most."""


class KnownQueries:
    """The documents of one schema, the last used are kept. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents: OrderedDict[tuple[Any, str], DocumentNode] = OrderedDict()

    def get(self, schema: object, text: str) -> DocumentNode | None:
        """The document of a text that is known to be valid."""
        with self._lock:
            found = self._documents.get((schema, text))
            if found is not None:
                self._documents.move_to_end((schema, text))
            return found

    def keep(self, schema: object, text: str, document: DocumentNode) -> None:
        """Remember a valid document."""
        if len(text) > MAX_CHARACTERS:
            return
        with self._lock:
            self._documents[schema, text] = document
            self._documents.move_to_end((schema, text))
            while len(self._documents) > MAX_KNOWN:
                self._documents.popitem(last=False)
