"""Secrets in texts and behind names. What arrives may be hostile: nothing here takes more than linear time."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

HIDDEN = "***"
"""Stands where a secret stood."""

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")
_KEYS_OF = (
    "access",
    "account",
    "api",
    "auth",
    "encryption",
    "master",
    "private",
    "shared",
    "signing",
    "storage",
    "subscription",
)
_KEY = re.compile(b"key")
_SECRET = re.compile(
    r"passw(?:or)?d|passphrase|secret(?!ar)|credential|token(?!s$|i[sz])|jaasconfig"
    rf"|(?:{'|'.join(_KEYS_OF)})key"
)
"""In the words of a name, written together: fs.s3a.secret.key and trustStorePassword have it."""
_SECRET_WORDS = frozenset(("sas", "pwd"))
_LAST_WORDS = frozenset(("authorization", "sig"))
_ABOUT = frozenset(
    re.findall(
        r"\w+",
        "alias arn class count enabled endpoint expiration expiry file format id issuer length limit location mode"
        " name path pattern policy provider ref regex required scope size ttl type uri url version",
    )
)
"""A name that ends so tells of a secret, and holds none: token.type, credentials.provider."""
_LONGEST_NAME = 256
"""Of a longer name its end is looked at."""
_LONGEST_PARAMETER = 64

_HINTS = (b"pass", b"pwd", b"secret", b"credential", b"token", b"sig", b"sas", b"authorization")
"""Whatever looks like the name of a secret has one of these in it, in lower case and without what separates words."""
_KEYS = tuple(f"{word}key".encode() for word in _KEYS_OF)
_LOWER = bytes(range(256)).lower()


def is_secret(name: str) -> bool:
    """Whether a name looks like that of a secret: password, fs.s3a.secret.key, clientSecret, private_key_pwd."""
    return _looks_secret(name[-_LONGEST_NAME:])


def _is_secret_parameter(name: str) -> bool:
    """As is_secret, and signatures: of what is signed they are the key. Elsewhere they are those of functions."""
    return is_secret(name) or name.lower().endswith("signature")


@lru_cache(maxsize=4096)
def _looks_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT:
        return False
    if words[-1] in _LAST_WORDS or not _SECRET_WORDS.isdisjoint(words):
        return True
    return _SECRET.search("".join(words)) is not None


def hints_at_secrets(text: str) -> bool:
    """Whether a text may have the name of a secret in it. Every event is asked: bytes are much the faster to fold."""
    folded = text.encode().translate(_LOWER, delete=b"._- /:")
    return any(hint in folded for hint in _HINTS) or any(
        folded.endswith(_KEYS, 0, key.end()) for key in _KEY.finditer(folded)
    )


def may_have_user(text: str) -> bool:
    """Whether a text, or the JSON of texts, may have user info in an address."""
    if "@" not in text:
        return False
    pieces = text.split("://")
    return any(_address(piece, before) is not piece for before, piece in pairwise(pieces)) or (
        _ORACLE.search(text) is not None
    )


def may_have_parameter(text: str) -> bool:
    """Whether a text, or the JSON of texts, may have a parameter whose value is a secret."""
    return any(_is_secret_parameter(name) for name in _names_of_values(text))


def _names_of_values(text: str) -> Iterator[str]:
    """What stands before each ``=``, read backwards."""
    for match in _BEFORE_VALUE.finditer(text):
        end = match.start() + 1
        before = text[max(0, end - _LONGEST_PARAMETER - 1) : end][::-1]
        name = _NAME_BACKWARDS.match(before)
        if name is not None:
            yield name[0][::-1]
            if before[name.end() : name.end() + 1] == "\\":  # \n in JSON: the n is no letter of the name
                yield name[0][-2::-1]


_BEFORE_VALUE = re.compile(r"[\w.-]\s{0,2}=")
_NAME_BACKWARDS = re.compile(r"[\w.-]+")


def hide(text: str) -> str:
    """A text without the user info of the addresses in it, and without the values of secret parameters."""
    found = text
    if "@" in found:
        found = _ORACLE.sub(rf"\g<1>{HIDDEN}@", _without_users(found))
    if "=" in found:
        found = _without_values(found, _IN_QUERY, _QUERY_VALUE)
        found = _without_values(found, _IN_PAIRS if _is_all_pairs(found) else _IN_CONNECTION, _VALUE)
    return found


_RUN = re.compile(r"[^\s\"'<>]*")
"""What belongs to an address at most."""
_AUTHORITY = re.compile(r"[^/?#]*")
_HOST_AND_PROPERTIES = re.compile(r"[^:;@\\]+(?::\d+)?;")
"""``jdbc:sqlserver://host:1433;user=ada@server``: what stands before that @ is no user info."""
_PORT = re.compile(r"\d*(?:$|[,;])|\$?\{|\$[A-Z_]|%\(")
"""What follows the colon of a host: ports, also of several hosts, and templates of them."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*$")
_LONGEST_SCHEME = 20
_NO_SECRET = frozenset(("abfs", "abfss", "wasb", "wasbs", "ssh", "git", "git+ssh", "svn+ssh"))
"""Schemes in which what stands before @ alone is a container or a customary name: it tells one dataset from another."""
_ORACLE = re.compile(r"(jdbc:oracle:\w{1,20}:)[^\s@/\"'<>\\]{1,128}/[^\s@\"'<>\\]{0,128}@", re.IGNORECASE)
"""User and password in front of the address, as Oracle's drivers take them: no URI has that form."""


def _without_users(text: str) -> str:
    first, *rest = text.split("://")
    pieces = [first]
    for piece in rest:
        pieces.append(_address(piece, pieces[-1]))
    return "://".join(pieces)


def _address(piece: str, before: str) -> str:
    """What follows ``://`` without user info; the same object when there is none."""
    if "@" not in piece:
        return piece
    run = _RUN.match(piece)
    assert run is not None  # it may be empty
    end = _end_of_user(run[0], before[-_LONGEST_SCHEME:])
    return piece if end is None or piece[:end] == HIDDEN else HIDDEN + piece[end:]


def _end_of_user(run: str, before: str) -> int | None:
    """Where the user info of an address ends; None where there is none."""
    if "@" not in run or _HOST_AND_PROPERTIES.match(run):
        return None
    authority = _AUTHORITY.match(run)
    assert authority is not None  # it may be empty
    end = authority[0].rfind("@")
    if end < 0:
        return _end_behind_slash(run, authority[0])
    user = run[:end]
    if ":" in user:
        return end
    scheme = _SCHEME.search(before)
    is_name = scheme is not None and scheme[0].lower() in _NO_SECRET
    return None if is_name or "\\" in user else end


def _end_behind_slash(run: str, authority: str) -> int | None:
    """The end of a user and a password with a bare ``/``, ``?`` or ``#``, told from a host and its port."""
    name, colon, rest = authority.partition(":")
    if not name or not colon or name.startswith("[") or _PORT.match(rest):
        return None
    return run.rfind("@")


_NAME = rf"([\w.-]{{1,{_LONGEST_PARAMETER}}})"
_IN_QUERY = re.compile(rf"[?&#]{_NAME}=")
_IN_CONNECTION = re.compile(
    rf";\s{{0,2}}{_NAME}\s{{0,2}}=\s{{0,2}}|(?:^(?=[^/]*;)|(?:^|\s)(?:--|-D)){_NAME}="
)
"""Spaces around ``=`` only behind a semicolon: elsewhere that is an expression of SQL."""
_IN_PAIRS = re.compile(rf"(?:^|[\s;]){_NAME}=")
_QUERY_VALUE = re.compile(r"[^\s&;#\"'<>]+")
_VALUE = re.compile(r"\{[^{}]{0,256}\}|'[^']{0,256}'|[^\s;\"'<>]+")
_MAX_PAIRS = 4096


def _is_all_pairs(text: str) -> bool:
    """Whether a text is ``host=db user=ada password=…``: pairs alone, separated by spaces. SQL never is.

    ``token=5/dt=2026`` is a partition.
    """
    words = text.split() if len(text) <= _MAX_PAIRS else []
    return (len(words) > 1 or "/" not in text) and all("=" in word for word in words)


def _without_values(text: str, names: re.Pattern[str], value: re.Pattern[str]) -> str:
    pieces, done = [], 0
    for match in names.finditer(text):
        if match.start() < done or not _is_secret_parameter(match[match.lastindex or 0]):
            continue
        found = value.match(text, match.end())
        if found is None or found[0].startswith(HIDDEN):
            continue
        pieces += [text[done : match.end()], HIDDEN]
        done = found.end()
    return "".join((*pieces, text[done:])) if pieces else text
