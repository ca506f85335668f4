"""Small questions that ``qinji up`` asks of ports, doors and logs, and how it speaks."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

_ANY_TO_LOCAL = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (compared, not bound)


class UpError(Exception):
    """The system can't be started; the text says why and what to do, for people."""


def say(text: str) -> None:
    """Print for people. A terminal that has gone away is no reason to fall over."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def base_url(host: str, port: int) -> str:
    """The URL under which this machine reaches a server that listens on ``host``."""
    host = _ANY_TO_LOCAL.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_port(host: str, port: int) -> None:
    """Raise UpError when nothing can listen there."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        other = 8081 if port in (8080, 65535) else port + 1
        raise UpError(
            f"port {port} on {host} can't be used: {error.strerror}. Try another one:\n"
            f"端口 {port} 被占用或不可用，请换一个端口：\n\n"
            f"  QINJI_PORT={other} ./deploy/up"
        ) from error


def free_port() -> int:
    """A port of this machine that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers_ready(url: str, ca: Path | None = None) -> bool:
    """Whether ``GET /health/ready`` says 200; ``ca``: who has signed for an https address."""
    where = urlsplit(url)
    host, port = where.hostname or "", where.port
    connection = http.client.HTTPConnection(host, port, timeout=2.0)
    if where.scheme == "https":
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
        connection = http.client.HTTPSConnection(host, port, timeout=2.0, context=context)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


NOTE = "NOTE: "
"""Begins a line of what prepares the database that is for the terminal, too."""


def lines_with(mark: str, log: Path, after: int) -> list[str]:
    """The lines of a log that begin with a mark, of what was written behind so many bytes."""
    try:
        text = log.read_bytes()[after:].decode(errors="replace")
    except OSError:
        return []
    return [line.removeprefix(mark) for line in text.splitlines() if line.startswith(mark)]


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, and where the whole of it is."""
    try:
        text = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        text = []
    return "\n".join([*(f"  {line}" for line in text), f"The whole log: {log}"])
