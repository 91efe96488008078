"""A real browser."""

import os
import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of a browser on this machine; where there is none the test is skipped, in CI it fails."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    missing = "no Chromium on the PATH: install one, for example Debian's package chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs a real browser: {missing}", pytrace=False)
    pytest.skip(missing)
