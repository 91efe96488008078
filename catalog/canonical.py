"""Canonical JSON and digests: one text for one value, whoever wrote it.

RFC 8785 (JCS), with two deliberate differences: integers keep all their digits (JCS would round those over 2**53,
and two different integers must not become one), and keys sort by code point.
"""

import hashlib
import json
import math
from typing import Any

import msgspec

Json = Any
"""A decoded JSON value; numbers with a fraction or exponent are ``msgspec.Raw`` in canonical form."""

_encoder = msgspec.json.Encoder(order="sorted")
_unsorted_encoder = msgspec.json.Encoder()
MAX_SORTED_BYTES = 32 * 1024
"""Of longer texts the keys are sorted before they are encoded. The encoder's own sort takes time by the square of their
number for some orders, sorted keys followed by smaller ones for example: a megabyte of them would hold up everybody."""


class NotJson(ValueError):
    """Bytes that are not JSON, with the position msgspec gives."""


def _es6_number(text: str) -> msgspec.Raw | int:
    """ECMAScript's text of a double (RFC 8785 §3.2.2.3); a whole number, which has no fraction there, as an int.

    So what is decoded first is what its canonical text decodes to: ``7.0`` is 7 both times.
    """
    value = float(text)
    if not math.isfinite(value):
        raise NotJson(f"number out of range: {text[:40]}")
    if value == int(value) and abs(value) < 1e21:
        return int(value)
    digits = repr(value)
    if "e" in digits:
        mantissa, exponent = digits.split("e")
        power = int(exponent)
        if -6 <= power < 0:
            digits = f"{value:.{-power + len(mantissa.replace('.', '').lstrip('-')) - 1}f}"
        else:
            digits = f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"
    return msgspec.Raw(digits.encode())


_decoder = msgspec.json.Decoder(float_hook=_es6_number)
_plain_decoder = msgspec.json.Decoder()


def decode(data: bytes | str) -> Json:
    """Decode JSON so that ``encode`` gives its canonical text. Raises NotJson."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(str(error)) from error
    except RecursionError as error:
        raise NotJson("nested too deeply") from error


def decode_leniently(data: bytes | str) -> Json:
    """Decode what careless encoders write (NaN, Infinity, lone surrogates): those become text, the rest is as sent.

    Raises NotJson.
    """
    try:
        value = json.loads(data, parse_constant=str, parse_float=_lenient_number)
    except ValueError as error:
        raise NotJson(str(error).partition(";")[0]) from error  # behind it is advice to programs in Python
    except RecursionError as error:
        raise NotJson("nested too deeply") from error
    return _without_surrogates(value)


def _lenient_number(text: str) -> msgspec.Raw | int | str:
    try:
        return _es6_number(text)
    except NotJson:
        return text


def _without_surrogates(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    return value


def encode(value: Json | msgspec.Struct) -> str:
    """The canonical text of a decoded value, or of a struct."""
    text = _unsorted_encoder.encode(value)
    if len(text) > MAX_SORTED_BYTES:
        value = _with_sorted_keys(value)
    return _encoder.encode(value).decode()


def _with_sorted_keys(value: Json | msgspec.Struct) -> Json:
    """The value with the keys of its objects in their order: then the encoder's own sort has nothing to do."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        return {key: _with_sorted_keys(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_with_sorted_keys(item) for item in value]
    return value


def plain(text: str | bytes) -> Json:
    """Decode canonical text to plain Python values (floats as float)."""
    return _plain_decoder.decode(text)


def digest(text: str) -> str:
    """128 bits of SHA-256 in hex: the address of an interned value."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def sha256(text: str) -> str:
    """The full SHA-256 in hex: the identity of a log entry."""
    return hashlib.sha256(text.encode()).hexdigest()
