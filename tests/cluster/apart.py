"""A cluster whose hosts have networks of their own, so that one can be cut off from all others.

Everything lies in a network of this process (``unshare -n``, which wants root): nothing of the
machine's own network is touched, and all of it is gone with the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import which

from app.local.cluster.plan import Plan
from app.local.cluster.running import Loopback
from app.local.processes import run

_NETWORK, _BRIDGE = "10.91.0", "cluster"
_OWN = "QINJI_TEST_OWN_NETWORK"


def possible() -> bool:
    """Whether this machine lets us make networks."""
    return (
        os.geteuid() == 0
        and all(which(name) for name in ("unshare", "nsenter", "setpriv", "ip"))
        and run(["unshare", "-n", "ip", "link", "add", "one", "type", "bridge"]).returncode == 0
    )


def own_network() -> bool:
    """Whether this process has a network of its own."""
    return os.environ.get(_OWN) == "1"


def in_own_network(words: Sequence[str]) -> list[str]:
    """The command that runs a module of Python in a network of its own."""
    return ["unshare", "-n", "env", f"{_OWN}=1", sys.executable, "-m", *words]


def _ip(*words: str) -> None:
    done = run(["ip", *words])
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


class Apart(Loopback):
    """Hosts that do only what the proxy doesn't have a network each, joined by a bridge."""

    def __init__(self, home: Path, plan: Plan, env: Mapping[str, str]) -> None:
        hosts = [
            replace(host, address=f"{_NETWORK}.{number}")
            for number, host in enumerate(plan.hosts, 1)
        ]
        super().__init__(home, replace(plan, hosts=tuple(hosts), network=f"{_NETWORK}.0/24"), env)
        self._networks: dict[str, subprocess.Popen[bytes]] = {}

    @contextmanager
    def networks(self) -> Iterator[None]:
        """The hosts' networks; all pieces must have ended when it is left."""
        _ip("link", "set", "lo", "up")
        _ip("link", "add", _BRIDGE, "type", "bridge")
        _ip("link", "set", _BRIDGE, "up")
        _ip("address", "add", f"{self._proxy.address}/24", "dev", _BRIDGE)
        try:
            for host in self.plan.hosts:
                if "proxy" not in host.does:
                    self._join(host.name, host.address)
            yield
        finally:
            for holder in self._networks.values():
                holder.kill()
                holder.wait()

    def cut(self, name: str) -> None:
        """From now on nothing reaches a host, and nothing leaves it."""
        _ip("link", "set", f"to-{name}", "down")

    def mend(self, name: str) -> None:
        _ip("link", "set", f"to-{name}", "up")

    def _join(self, name: str, address: str) -> None:
        # The network lives as long as a process in it does, which tells when it is there.
        holder = subprocess.Popen(
            ["unshare", "-n", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE
        )
        assert holder.stdout and holder.stdout.readline()
        self._networks[name] = holder
        inside = f"in-{name}"
        _ip("link", "add", f"to-{name}", "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", str(holder.pid))
        _ip("link", "set", f"to-{name}", "master", _BRIDGE, "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{address}/24", "dev", inside),
            ("link", "set", inside, "up"),
        ):
            done = run(["nsenter", "-t", str(holder.pid), "-n", "ip", *words])
            assert done.returncode == 0, done.stderr

    def _server(self, name: str, argv: Sequence[str | Path], pause_s: float = 0.5) -> None:
        super()._server(name, argv, pause_s)
        holder = self._networks.get(name.rpartition("-")[2])
        if holder is None:
            return
        # Into the network first, which only root may; then as the servers' account.
        piece, account = self.pieces[name], self.place.account
        assert account is not None
        piece.argv = [
            *("nsenter", "-t", str(holder.pid), "-n"),
            *("setpriv", "--reuid", str(account.uid), "--regid", str(account.gid)),
            *("--clear-groups", "--pdeathsig", "TERM"),
            *("sh", "-c", 'umask 077; cd /; exec "$@"', "sh", *argv),
        ]
        piece.account = None
