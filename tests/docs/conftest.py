"""The demo mesh, loaded once into a real service."""

from pathlib import Path

import pytest

from tests.docs.workspace import load_demo


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with the demo mesh; copy it before writing."""
    return load_demo(tmp_path_factory.mktemp("demo"))
