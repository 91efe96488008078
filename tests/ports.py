"""Ports of loopback that nobody listens on."""

import random
import socket

from tests.maven import Unavailable
from tests.workers import own_ports

PORTS = range(20_000, 32_000)
"""Below the ephemeral range: while a server is down, no client socket can be given its port.

A worker of the tests takes them from a part of its own.
"""


def free_port() -> int:
    """A loopback port that nobody listens on. Raises Unavailable."""
    for port in random.sample(own_ports(PORTS), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise Unavailable("no free port on 127.0.0.1")
