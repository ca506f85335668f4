"""Which hosts there are, what each does, and where: from a file, or all of it on this machine."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

PARTS = ("etcd", "postgres", "redis", "proxy", "app")
"""What a host can do. ``redis``: a server of it and a sentinel; ``app``: apps and workers."""
SECURED = frozenset({"etcd", "patroni", "postgres", "redis", "proxy"})
"""What can speak TLS. Operators take all or nothing; on one machine a program may lack it."""
SHORTEST_TTL_S = 5
"""As deploy/cluster/member.py allows it."""


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
    """A cluster. ``tls``: what of ``SECURED`` speaks TLS between the hosts; ``names``: under which
    the proxies are known besides their addresses."""

    name: str
    hosts: tuple[Host, ...]
    network: str
    ttl_s: int = SHORTEST_TTL_S
    shared_buffers: str = "25%"
    archive: Mapping[str, str] = field(default_factory=dict)
    joining: bool = False
    tls: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

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
        if self.ttl_s < SHORTEST_TTL_S:
            raise PlanRefused(f"ttl_s is below {SHORTEST_TTL_S} ttl_s 不得小于{SHORTEST_TTL_S}")


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
            ttl_s=about.get("ttl_s", SHORTEST_TTL_S),
            shared_buffers=about["shared_buffers"],
            archive=about.get("archive", {}),
            joining=about.get("joining", False),
            tls=SECURED if about.get("tls", False) else frozenset(),
            names=tuple(about.get("names", ())),
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


def loopback(
    first_port: int, archive: Mapping[str, str] | None = None, tls: frozenset[str] = frozenset()
) -> Plan:
    """All on this machine: three hosts that know and keep, a fourth with the proxy, two apps and
    two workers, which is there still when one of the three is lost."""
    hosts = []
    for number, name in enumerate("abcd"):
        at = first_port + 10 + 10 * number
        hosts.append(
            Host(
                name=name,
                address="127.0.0.1",
                does=frozenset(("proxy", "app") if name == "d" else ("etcd", "postgres", "redis")),
                ports=Ports(
                    port=first_port,
                    primary=first_port + 1,
                    standby=first_port + 2,
                    postgres=at,
                    patroni=at + 1,
                    redis=at + 2,
                    sentinel=at + 3,
                    etcd=at + 4,
                    etcd_peer=at + 5,
                    app=first_port + 5,
                ),
                apps=2,
            )
        )
    return Plan(
        "qinji",
        tuple(hosts),
        "127.0.0.0/8",
        shared_buffers="128MB",
        archive=archive or {},
        tls=tls,
    )


PASSWORDS = ("superuser", "replicator", "rewinder", "serving", "owner", "redis", "patroni")


def new_passwords() -> dict[str, str]:
    """One for each role, of letters that need no escaping anywhere."""
    return {name: secrets.token_hex(16) for name in PASSWORDS}
