"""A cluster's files: an operator's and this machine's are the same, with hosts filled in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.local.cluster.certificates import Authority
from app.local.cluster.files import FILES, OF, Folders, passwords, write
from app.local.cluster.plan import PlanRefused, loopback, read
from app.settings import PROJECT_ROOT
from app.store.urls.postgres import credentials, standby_credentials
from app.store.urls.redis import redis_url

HOSTS = PROJECT_ROOT / "deploy" / "cluster" / "hosts.toml"
HEAD = '[cluster]\nname = "q"\nnetwork = "10.0.0.0/8"\nshared_buffers = "1GB"\n'


def _host(name: str, *does: str) -> str:
    told = f"does = {list(does)}\n".replace("'", '"') if does else ""
    return f'[[host]]\nname = "{name}"\naddress = "10.0.0.1"\n{told}'


def test_the_example_is_a_cluster_and_each_host_gets_what_it_does(tmp_path: Path) -> None:
    plan, secret = read(HOSTS), passwords(tmp_path / "passwords.json")
    for host in plan.hosts:
        at = Folders(Path("/etc/qinji"), Path("/var/lib/qinji"), Path("/run/qinji"))
        written = write(plan, host, at, secret, into=tmp_path / host.name)
        wanted = {name for part, names in OF.items() if part in host.does for name in names}
        assert {path.name for path in written} == wanted
        for path in written:
            text = path.read_text()
            assert path.stat().st_mode & 0o777 == 0o600
            assert not re.search(r"\$[a-z_]{2,}", text), path
    proxy = (tmp_path / "a" / "haproxy.cfg").read_text()
    assert "server b 10.20.0.12:5432 check port 8008" in proxy
    assert [f"server d{n} 10.20.0.14:808{n - 1} check" in proxy for n in (1, 2, 3, 4)] == [True] * 4
    member = (tmp_path / "b" / "patroni.yml").read_text()
    assert 'hosts: "10.20.0.11:2379,10.20.0.12:2379,10.20.0.13:2379"' in member
    assert "mv /backup/wal/.%f /backup/wal/%f" in member and "ttl: 5" in member
    assert "replicaof 10.20.0.11 6379" in (tmp_path / "c" / "redis.conf").read_text()


def test_the_program_understands_the_urls_of_its_file(tmp_path: Path) -> None:
    for plan in (read(HOSTS), loopback(20000)):
        host = plan.that("app")[-1]
        at = Folders(tmp_path, tmp_path, tmp_path)
        secret = passwords(tmp_path / "passwords.json")
        write(plan, host, at, secret)
        Authority(tmp_path / "ca", plan.name).give(plan, host, tmp_path)
        told = dict(
            line.split("=", 1)
            for line in (tmp_path / "qinji.env").read_text().splitlines()
            if not line.startswith("#")
        )
        found = credentials(told["QINJI_DATABASE_URL"])
        assert found["password"] == secret["serving"]
        late = standby_credentials(told["QINJI_STANDBY_URL"])
        proxies = [one.ports.standby for one in plan.that("proxy")]
        assert late["target_session_attrs"] == "standby"
        assert late["port"] == (proxies if len(proxies) > 1 else proxies[0])
        watched = redis_url(told["QINJI_REDIS_URL"])
        assert (len(watched.sentinels), watched.master) == (3, "qinji")
        assert watched.password == secret["redis"]
        assert watched.tls is bool(plan.tls) and watched.verified


def test_with_tls_no_door_of_any_host_is_open_in_clear(tmp_path: Path) -> None:
    plan, secret = read(HOSTS), passwords(tmp_path / "passwords.json")
    at = Folders(Path("/etc/qinji"), Path("/var/lib/qinji"), Path("/run/qinji"))
    for kind, one in (("plain", replace(plan, tls=frozenset())), ("tls", plan)):
        write(one, one.hosts[0], at, secret, into=tmp_path / kind)
        for path in (tmp_path / kind).iterdir():
            assert not re.search(r"#(tls|plain)\b", path.read_text()), path
    there = {path.name: path.read_text() for path in (tmp_path / "tls").iterdir()}
    assert "http://" not in there["etcd.yml"] and "client-cert-auth: true" in there["etcd.yml"]
    for name in ("redis.conf", "sentinel.conf"):
        assert "\nport 0\n" in there[name] and "tls-replication yes" in there[name]
    assert re.findall(r"- (host\w*) ", there["patroni.yml"]) == ["hostssl", "hostssl"]
    assert there["patroni.yml"].count("sslmode: verify-full") == 3
    assert there["haproxy.cfg"].count("check-ssl verify required") == 2
    assert "ssl crt /etc/qinji/host.pem" in there["haproxy.cfg"]
    assert "sslmode=verify-full&sslrootcert=/etc/qinji/ca.crt" in there["qinji.env"]
    assert "rediss+sentinel://" in there["qinji.env"]
    assert "tls" not in (tmp_path / "plain" / "redis.conf").read_text()


def test_a_kept_sentinel_is_not_written_over(tmp_path: Path) -> None:
    plan, secret = loopback(20000), passwords(tmp_path / "passwords.json")
    at = Folders(tmp_path / "conf", tmp_path, tmp_path)
    write(plan, plan.hosts[0], at, secret)
    for name in ("redis.conf", "etcd.yml"):
        (at.conf / name).write_text("by another")
    write(plan, plan.hosts[0], at, secret)
    assert (at.conf / "redis.conf").read_text() == "by another"
    assert (at.conf / "etcd.yml").read_text() != "by another"
    assert passwords(tmp_path / "passwords.json") == secret


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "cluster"),
        (HEAD + _host("a"), "two hosts that do postgres"),
        (HEAD + _host("a") + _host("a"), "same name"),
        (HEAD + _host("a") + _host("b"), "odd number"),
        (HEAD + "ttl_s = 4\n" + "".join(map(_host, "abc")), "below 5"),
        (HEAD + _host("a", "postgres", "etcd") + _host("b", "postgres"), "no host does redis"),
        (HEAD + _host("a") + _host("b", "postgres", "mail"), "mail"),
        (HEAD + "[[host]", "hosts.toml"),
    ],
)
def test_hosts_that_are_no_cluster_are_refused_in_a_sentence(
    tmp_path: Path, text: str, named: str
) -> None:
    path = tmp_path / "hosts.toml"
    path.write_text(text)
    with pytest.raises(PlanRefused) as refused:
        read(path)
    assert named in str(refused.value)


def test_each_template_is_somebodys() -> None:
    used = {name for names in OF.values() for name in names}
    assert {path.name for path in FILES.iterdir()} == used
