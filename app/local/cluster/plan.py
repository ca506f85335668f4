"""Which hosts there are, what each does, and where: from a file, or all of it on this machine."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PARTS = ("etcd", "postgres", "redis", "proxy", "app")
"""What a host can do. ``redis``: a server of it and a sentinel; ``app``: apps and workers."""


class PlanRefused(ValueError):
    """The hosts can't be a cluster; the text says why, for people."""


@dataclass(frozen=True)
class Ports:
    """The ports of a host."""

    port: int = 8000
    primary: int = 5000
    standby: int = 5001
    postgres: int = 5432
    patroni: int = 8008
    etcd: int = 2379
    etcd_peer: int = 2380
    redis: int = 6379
    sentinel: int = 26379
    app: int = 8080


@dataclass(frozen=True)
class Host:
    """A machine. ``apps``: how many run there, on ports that follow each other; as many workers."""

    name: str
    address: str
    does: frozenset[str] = frozenset(PARTS)
    ports: Ports = field(default_factory=Ports)
    apps: int = 1

    @property
    def app_ports(self) -> list[int]:
        return [self.ports.app + number for number in range(self.apps)]


@dataclass(frozen=True)
class Plan:
    """A cluster."""

    name: str
    hosts: tuple[Host, ...]
    network: str
    ttl_s: int = 20
    shared_buffers: str = "25%"
    archive: Mapping[str, str] = field(default_factory=dict)
    joining: bool = False

    def that(self, part: str) -> list[Host]:
        """The hosts that do something."""
        return [host for host in self.hosts if part in host.does]

    def check(self) -> None:
        """Makes sure that it can be a cluster.

        Raises:
            PlanRefused: it can't.
        """
        names = [host.name for host in self.hosts]
        if len(set(names)) != len(names):
            raise PlanRefused("two hosts have the same name 主机名重复")
        for part in PARTS:
            if not self.that(part):
                raise PlanRefused(f"no host does {part} 没有主机承担{part}")
            if strange := {word for host in self.hosts for word in host.does} - set(PARTS):
                raise PlanRefused(f"a host can't do {min(strange)}; it can do {', '.join(PARTS)}")
        if len(self.that("postgres")) < 2:
            raise PlanRefused("a commit has to lie on two hosts that do postgres 数据库至少两台")
        if len(self.that("etcd")) % 2 == 0:
            raise PlanRefused("etcd wants an odd number of hosts etcd 主机数应为奇数")


def read(path: Path) -> Plan:
    """The cluster that a file names (deploy/cluster/hosts.toml).

    Raises:
        PlanRefused: it can't be one.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        about = told["cluster"]
        hosts = tuple(_host(one) for one in told["host"])
        plan = Plan(
            name=about["name"],
            hosts=hosts,
            network=about["network"],
            ttl_s=about.get("ttl_s", 20),
            shared_buffers=about["shared_buffers"],
            archive=about.get("archive", {}),
            joining=about.get("joining", False),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise PlanRefused(f"{path}: {error}") from None
    plan.check()
    return plan


def _host(told: Mapping[str, object]) -> Host:
    known = {one.name for one in fields(Ports)}
    ports = {name: value for name, value in told.items() if name in known}
    does = told.get("does", PARTS)
    return Host(
        name=str(told["name"]),
        address=str(told["address"]),
        does=frozenset(does),  # type: ignore[call-overload]
        ports=Ports(**ports),  # type: ignore[arg-type]
        apps=int(str(told.get("apps", 1))),
    )


def loopback(first_port: int, archive: Mapping[str, str] | None = None) -> Plan:
    """All on this machine: three members, one etcd, one proxy, two apps and two workers."""
    hosts = []
    for number in range(3):
        at = first_port + 10 + 10 * number
        first = number == 0
        hosts.append(
            Host(
                name="abc"[number],
                address="127.0.0.1",
                does=frozenset(PARTS if first else ("postgres", "redis")),
                ports=Ports(
                    port=first_port,
                    primary=first_port + 1,
                    standby=first_port + 2,
                    postgres=at,
                    patroni=at + 1,
                    redis=at + 2,
                    sentinel=at + 3,
                    etcd=first_port + 3,
                    etcd_peer=first_port + 4,
                    app=first_port + 5,
                ),
                apps=2,
            )
        )
    return Plan(
        "qinji",
        tuple(hosts),
        "127.0.0.0/8",
        ttl_s=7,
        shared_buffers="128MB",
        archive=archive or {},
    )


PASSWORDS = ("superuser", "replicator", "rewinder", "serving", "owner", "redis", "patroni")


def new_passwords() -> dict[str, str]:
    """One for each role, of letters that need no escaping anywhere."""
    return {name: secrets.token_hex(16) for name in PASSWORDS}
