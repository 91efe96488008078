"""The command that all verbs are: help as plain text, in which square brackets stay and no type is named.

The click that typer brings along is private to it, so its types are not named here.
"""

import re
from typing import Any

from typer.core import TyperCommand

_BRACES = re.compile(r"\{(.+?)\}")
_TYPE = re.compile(r" <[^<>]*>$")
_BETWEEN = re.compile(r"(\d+)<=x<=(\d+)")
_AT_LEAST = re.compile(r"x>=(\d+)")


class ReaderLeft(Exception):
    """Nobody reads the output any more: of a broken pipe typer would make exit code 1, a verdict."""


class PlainCommand(TyperCommand):
    """A command whose help says ``NAME...``, ``--json`` and ``1 to 100``."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises ReaderLeft."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeft from error

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The words behind the name of the program."""
        return [_BRACES.sub(r"\1", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options."""
        records: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                records[parameter.param_type_name].append((_TYPE.sub("", record[0]), _bounds(record[1])))
        for kind, found in records.items():
            if found:
                with formatter.section(f"{kind.capitalize()}s"):
                    formatter.write_dl(found)


def _bounds(text: str) -> str:
    named = _AT_LEAST.sub(r"\1 or more", _BETWEEN.sub(r"\1 to \2", text))
    return named.replace("  [", " [")
