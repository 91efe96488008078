"""docs/cli.md shows every command with the help it really has."""

import pytest

from tests.docs.help import commands, help_snippets, helps


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command or "meshline")
def test_cli_page__shows_the_help_as_it_is(command: str) -> None:
    shown = dict(help_snippets())
    assert command in shown, "docs/cli.md does not show it"
    assert shown[command].text == helps()[command], "to write it anew: python -m tests.docs.write"


def test_cli_page__shows_nothing_that_is_no_command() -> None:
    assert {command for command, _ in help_snippets()} == set(commands())
