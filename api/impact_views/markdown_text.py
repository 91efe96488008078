"""Names and sentences from elsewhere as Markdown that shows them and does nothing else.

Names come from events, contracts and manifests, so anybody may choose them. They stand in code spans, in which forges
see no markup, no link, no mention and no reference to an issue; so does every word of a sentence that has more in it
than letters and digits.
"""

import re
from collections.abc import Collection

from api.commands.output import visible

MAX_NAME = 120
MAX_SENTENCE = 400
_PLAIN_SPAN = re.compile(r"[^`|\\<>&\s](?:[^`|\\<>&\n]*[^`|\\<>&\s])?")
"""What may stand between backticks as it is, also in a table."""
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[-…&%]")
_REFERENCE = re.compile(r"(?=[a-fA-F]*\d)[0-9a-fA-F]{7,}|[A-Za-z]+-\d+")
"""What a forge may take for a commit or an issue."""
_AROUND = re.compile(r"(?P<before>[(\"']*)(?P<core>.*?)(?P<after>[)\"'.,;:!?…]*)")


def code(text: str) -> str:
    """A name in a code span: one line, clipped in its middle."""
    shown = clipped(visible(text), MAX_NAME) or " "
    if _PLAIN_SPAN.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{''.join(_entity(letter) for letter in shown)}</code>"


def prose(text: str, names: Collection[str | None] = ()) -> str:
    """A sentence: plain words as they are, all other words in code spans, and those that are names."""
    words = clipped(" ".join(text.split()), MAX_SENTENCE).split(" ")
    return " ".join(code(word) if word in names else _word(word) for word in words if word)


def clipped(text: str, limit: int) -> str:
    """A text of at most so many characters; its middle goes, for names end with what tells them apart."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def _word(word: str) -> str:
    match = _AROUND.fullmatch(word)
    assert match is not None  # its parts may all be empty
    before, core, after = match["before"], match["core"], match["after"]
    if "(" in core and after.startswith(")"):  # DECIMAL(38,2) is one name
        core, after = f"{core})", after[1:]
    if not core or (_WORD.fullmatch(core) and not _REFERENCE.fullmatch(core)):
        return word
    return f"{before}{code(core)}{after}"


def _entity(letter: str) -> str:
    return letter if letter.isalnum() or letter == " " else f"&#{ord(letter)};"
