"""A lean HTTP/1.1 client: persistent connections, prepared bodies, one event loop. Its own CPU time is told."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.errors import BenchFailed

Unit = Sequence[bytes]
"""Bodies that one connection sends in their order, each after the answer to the one before."""


@dataclass(slots=True)
class Sent:
    """What came of sending: seconds, each request's own seconds, CPU seconds of this process, answers."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)


def send(url: str, path: str, units: Sequence[Unit], clients: int) -> Sent:
    """Send all units over ``clients`` connections, each taking the next unit when it is free.

    Raises BenchFailed at the first answer that is not 200 or 201.
    """
    return asyncio.run(_send(url, path, units, clients))


async def _send(url: str, path: str, units: Sequence[Unit], clients: int) -> Sent:
    address = urlsplit(url)
    requests = iter([[_request(address.netloc, path, body) for body in unit] for unit in units])
    sent = Sent()
    connections = [await asyncio.open_connection(address.hostname, address.port) for _ in range(clients)]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    try:
        async with asyncio.TaskGroup() as group:
            for reader, writer in connections:
                group.create_task(_converse(reader, writer, requests, sent))
    except* (BenchFailed, OSError, EOFError) as failures:
        raise BenchFailed(str(failures.exceptions[0])) from failures
    finally:
        for _, writer in connections:
            writer.close()
    sent.wall_s, sent.cpu_s = time.perf_counter() - begin, time.process_time() - begin_cpu
    return sent


def _request(host: str, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: Iterator[list[bytes]], sent: Sent
) -> None:
    for unit in requests:
        for request in unit:
            begin = time.perf_counter()
            writer.write(request)
            status, body = await _answer(reader)
            sent.latencies_s.append(time.perf_counter() - begin)
            if status not in (200, 201):
                raise BenchFailed(f"The service answered {status}: {body[:500].decode(errors='replace')}")
            sent.answers.append(body)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, behind = head.partition(b"content-length:")
    return int(head[9:12]), await reader.readexactly(int(behind.split(b"\r\n", 1)[0]))
