"""A lean HTTP/1.1 client: persistent connections, prepared bodies, one event loop. Its own CPU time is told."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias
from urllib.parse import urlsplit

from bench.errors import BenchFailed
from bench.reading import PATH, Question

Unit = Sequence[bytes]
"""Bodies that one connection sends in their order, each after the answer to the one before."""


@dataclass(slots=True)
class Sent:
    """What came of sending: seconds, each request's own seconds, CPU seconds of this process, answers.

    ``readable_s``: for each event that was asked for, from sending it until the answer that showed it.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    readable_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request and, behind its answer, perhaps a question of what it brought."""

    request: bytes
    question: Question | None = None
    asking: bytes = b""


Asks: TypeAlias = Callable[[int, bytes], Question | None]
"""What to ask after the request of this number with this body, if anything."""


def nothing(number: int, body: bytes) -> Question | None:
    """No question."""
    return None


def send(url: str, path: str, units: Sequence[Unit], clients: int, asks: Asks = nothing) -> Sent:
    """Send all units over ``clients`` connections, each taking the next unit when it is free.

    Raises BenchFailed at the first answer that is not 200 or 201, or does not show what was acknowledged.
    """
    return asyncio.run(_send(url, path, units, clients, asks))


async def _send(url: str, path: str, units: Sequence[Unit], clients: int, asks: Asks) -> Sent:
    address = urlsplit(url)
    numbers = count()
    exchanges = iter(
        [
            [_exchange(address.netloc, path, body, asks(next(numbers), body)) for body in unit]
            for unit in units
        ]
    )
    sent = Sent()
    connections = [await asyncio.open_connection(address.hostname, address.port) for _ in range(clients)]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    try:
        async with asyncio.TaskGroup() as group:
            for reader, writer in connections:
                group.create_task(_converse(reader, writer, exchanges, sent))
    except* (BenchFailed, OSError, EOFError) as failures:
        raise BenchFailed(str(failures.exceptions[0])) from failures
    finally:
        for _, writer in connections:
            writer.close()
    sent.wall_s, sent.cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    return sent


def _exchange(host: str, path: str, body: bytes, question: Question | None) -> _Exchange:
    request = _request(host, path, body)
    return _Exchange(request, question, _request(host, PATH, question.body) if question else b"")


def _request(host: str, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, units: Iterator[list[_Exchange]], sent: Sent
) -> None:
    for unit in units:
        for exchange in unit:
            begin = time.perf_counter()
            writer.write(exchange.request)
            sent.answers.append(await _good_answer(reader))
            sent.latencies_s.append(time.perf_counter() - begin)
            if exchange.question:
                writer.write(exchange.asking)
                shown = await _good_answer(reader)
                sent.readable_s.append(time.perf_counter() - begin)
                if not exchange.question.is_shown_by(shown):
                    raise BenchFailed(
                        f"An acknowledged event was not to be read: {exchange.question} {shown!r}"
                    )


async def _good_answer(reader: asyncio.StreamReader) -> bytes:
    status, body = await _answer(reader)
    if status not in (200, 201):
        raise BenchFailed(f"The service answered {status}: {body[:500].decode(errors='replace')}")
    return body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, behind = head.partition(b"content-length:")
    return int(head[9:12]), await reader.readexactly(int(behind.split(b"\r\n", 1)[0]))
