"""Messages between the service and its SPARQL worker: a head in JSON and a body of bytes, over a pipe."""

import json
import struct
from typing import Any, BinaryIO, TypeAlias

Head: TypeAlias = dict[str, Any]

_SIZES = struct.Struct(">II")


def write_frame(pipe: BinaryIO, head: Head, body: bytes = b"") -> None:
    """Send one message. Raises OSError when nobody reads any more."""
    text = json.dumps(head).encode()
    pipe.write(_SIZES.pack(len(text), len(body)) + text)
    pipe.write(body)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> tuple[Head, bytes] | None:
    """The next message; None when the other side has ended, also in the middle of one."""
    sizes = pipe.read(_SIZES.size)
    if len(sizes) < _SIZES.size:
        return None
    head_size, body_size = _SIZES.unpack(sizes)
    text, body = pipe.read(head_size), pipe.read(body_size)
    if len(text) < head_size or len(body) < body_size:
        return None
    head: Head = json.loads(text)
    return head, body
