from collections.abc import Iterator
from contextlib import closing

import pytest

from ingest.binding import SqlBinder


@pytest.fixture(scope="session")
def binder() -> Iterator[SqlBinder]:
    with closing(SqlBinder()) as opened:
        yield opened
