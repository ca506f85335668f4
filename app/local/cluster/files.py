"""The configuration of each host, from the templates in ``deploy/cluster/files``."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from app.local.cluster.certificates import BOTH, CA
from app.local.cluster.plan import Host, Plan, new_passwords
from app.settings import PROJECT_ROOT

FILES = PROJECT_ROOT / "deploy" / "cluster" / "files"
OF = {
    "etcd": ("etcd.yml",),
    "postgres": ("patroni.yml", "first.sh", "first.sql"),
    "redis": ("redis.conf", "sentinel.conf"),
    "proxy": ("haproxy.cfg",),
    "app": ("qinji.env",),
}
"""Which files a host needs for what it does."""
REWRITTEN = frozenset({"redis.conf", "sentinel.conf"})
"""By the programs themselves: written once."""
_ONLY = re.compile(r"^#(tls|plain):(\w+) ?(.*\n)", re.MULTILINE)
"""A line of a template that is meant where something speaks TLS, or where it doesn't."""
_DEBIAN = "/usr/lib/postgresql/18/bin"


@dataclass(frozen=True)
class Folders:
    """Where things are on a host."""

    conf: Path
    data: Path
    sockets: Path
    pg_bin: Path = Path(_DEBIAN)


def passwords(path: Path) -> dict[str, str]:
    """Those of a cluster, made once and kept in a file that only its owner reads."""
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        found = new_passwords()
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            json.dump(found, file, indent=1)
    return found


def write(
    plan: Plan, host: Host, at: Folders, secret: Mapping[str, str], into: Path | None = None
) -> list[Path]:
    """Writes a host's files into ``at.conf``, or where they are to be carried from; gives those
    that were written."""
    values = _values(plan, host, at, secret)
    conf = into or at.conf
    conf.mkdir(parents=True, exist_ok=True)
    written = []
    for part, names in OF.items():
        for name in names if part in host.does else ():
            path = conf / name
            if name in REWRITTEN and path.exists():
                continue
            text = (FILES / name).read_text(encoding="utf-8")
            text = _ONLY.sub(lambda line: _meant(plan, line), text)
            text = Template(text).substitute(values)
            path.touch(mode=0o600)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def _meant(plan: Plan, line: re.Match[str]) -> str:
    return line[3] if (line[1] == "tls") == (line[2] in plan.tls) else ""


def _values(plan: Plan, host: Host, at: Folders, secret: Mapping[str, str]) -> dict[str, object]:
    ports, first = host.ports, plan.that("redis")[0]
    proxies, tls = plan.that("proxy"), _tls(plan, at)
    return {
        **tls,
        "cluster": plan.name,
        "host": host.name,
        "address": host.address,
        "network": plan.network,
        "ttl": plan.ttl_s,
        "shared_buffers": plan.shared_buffers,
        "conf": at.conf,
        "data": at.data,
        "sockets": at.sockets,
        "pg_bin": at.pg_bin,
        "port": ports.port,
        "primary_port": ports.primary,
        "standby_port": ports.standby,
        "postgres_port": ports.postgres,
        "patroni_port": ports.patroni,
        "etcd_port": ports.etcd,
        "etcd_peer_port": ports.etcd_peer,
        "redis_port": ports.redis,
        "sentinel_port": ports.sentinel,
        "etcd_state": "existing" if plan.joining else "new",
        "etcd_peers": _all(
            plan, "etcd", lambda h: f"{h.name}={tls['http']}://{h.address}:{h.ports.etcd_peer}"
        ),
        "etcd_hosts": _all(plan, "etcd", lambda h: f"{h.address}:{h.ports.etcd}"),
        "sentinels": _all(plan, "redis", lambda h: f"{h.address}:{h.ports.sentinel}"),
        "primaries": ",".join(f"{one.address}:{one.ports.primary}" for one in proxies),
        "standbys": ",".join(f"{one.address}:{one.ports.standby}" for one in proxies),
        "redis_first": f"{first.address} {first.ports.redis}",
        "replicaof": "" if host == first else f"replicaof {first.address} {first.ports.redis}",
        "primary_servers": _servers(plan),
        "standby_servers": _servers(plan),
        "app_servers": "\n".join(
            f"    server {h.name}{n} {h.address}:{port} check"
            for h in plan.that("app")
            for n, port in enumerate(h.app_ports, 1)
        ),
        "lanes": sum(h.apps for h in plan.that("app")),
        "archive_mode": "on" if plan.archive else "off",
        "archive_command": plan.archive.get("archive", ""),
        "restore_command": plan.archive.get("restore", "false"),
        **{f"{name}_password": word for name, word in secret.items()},
    }


def _tls(plan: Plan, at: Folders) -> dict[str, str]:
    """What stands within a line where something speaks TLS; else nothing."""
    ca = at.conf / CA

    def where(part: str, text: str, otherwise: str = "") -> str:
        return text if part in plan.tls else otherwise

    return {
        "http": where("etcd", "https", "http"),
        "hostssl": where("postgres", "hostssl", "host"),
        "verify": where("postgres", f", sslmode: verify-full, sslrootcert: {ca}"),
        "sslmode": where("postgres", f"sslmode=verify-full&sslrootcert={ca}", "sslmode=prefer"),
        "check_tls": where("patroni", f" check-ssl verify required ca-file {ca}"),
        "door_tls": where("proxy", f" ssl crt {at.conf / BOTH} alpn http/1.1"),
        "redis_scheme": where("redis", "rediss", "redis"),
        "redis_ca": where("redis", f"&ssl_ca_certs={ca}"),
    }


def _all(plan: Plan, part: str, told: Callable[[Host], str]) -> str:
    return ",".join(told(host) for host in plan.that(part))


def _servers(plan: Plan) -> str:
    return "\n".join(
        f"    server {h.name} {h.address}:{h.ports.postgres} check port {h.ports.patroni}"
        for h in plan.that("postgres")
    )
