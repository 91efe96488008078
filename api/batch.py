"""Splitting the body of a batch into the bodies of its events, without decoding them."""

import msgspec

from ingest.errors import Unparsable
from ingest.split import split

_BOM = b"\xef\xbb\xbf"


class _Envelope(msgspec.Struct):
    """``{"events": [...]}`` as some senders write it; with an eventTime it is an event with an odd member."""

    events: list[msgspec.Raw]
    eventTime: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_list_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_envelope_decoder = msgspec.json.Decoder(_Envelope)


def split_batch(body: bytes) -> list[bytes | Unparsable] | None:
    """The bodies of the events of a list or of ``{"events": [...]}``; None when it is neither.

    What strict JSON does not allow (NaN, something cut off) costs the event that has it, not the batch.
    """
    text = body.removeprefix(_BOM).strip()
    if text.startswith(b"["):
        return _split_list(text)
    if text.startswith(b"{") and b'"events"' in text:
        return _split_envelope(text)
    return None


def _split_list(text: bytes) -> list[bytes | Unparsable] | None:
    try:
        return [bytes(raw) for raw in _list_decoder.decode(text)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _split_leniently(text)


def _split_envelope(text: bytes) -> list[bytes | Unparsable] | None:
    try:
        envelope = _envelope_decoder.decode(text)
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _split_leniently(text)
    return [bytes(raw) for raw in envelope.events] if envelope.eventTime is msgspec.UNSET else None


def _split_leniently(text: bytes) -> list[bytes | Unparsable] | None:
    """The parts of what is no strict JSON, if any of them can be an event."""
    events = list(split(text))
    whole = [event for event in events if isinstance(event, bytes)]
    return events if whole and whole != [text] else None
