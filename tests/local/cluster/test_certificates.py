"""A cluster's own authority signs for its hosts, once made and kept, and for nobody else."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from app.local.cluster.certificates import BOTH, CA, CERT, KEY, Authority
from app.local.cluster.plan import Host, Plan, loopback


def _shaken(server: Path, known: Path, name: str) -> str:
    """A handshake in memory: whose certificate was shown to somebody who calls it ``name``."""
    here, there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=known)
    here.load_cert_chain(server / CERT, server / KEY)
    one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = there.wrap_bio(one, other, server_hostname=name)
    answering = here.wrap_bio(other, one, server_side=True)
    for _ in range(3):
        for side in (asking, answering):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    found = asking.getpeercert(binary_form=True)
    assert found
    return x509.load_der_x509_certificate(found).subject.rfc4514_string().removeprefix("CN=")


@pytest.fixture
def plan() -> Plan:
    return loopback(20000)


def _given(folder: Path, plan: Plan, host: Host) -> Path:
    into = folder / host.name
    into.mkdir()
    Authority(folder / "ca", plan.name).give(plan, host, into)
    return into


def test_a_host_is_known_by_its_address_and_the_proxys_to_who_knows_the_authority(
    tmp_path: Path, plan: Plan
) -> None:
    host = _given(tmp_path, plan, plan.hosts[0])
    for name in ("127.0.0.1", "a", "d"):
        assert _shaken(host, host / CA, name) == "a"
    with pytest.raises(ssl.SSLCertVerificationError):
        _shaken(host, host / CA, "127.0.0.9")


def test_who_knows_another_authority_takes_nothing_from_it(tmp_path: Path, plan: Plan) -> None:
    host = _given(tmp_path, plan, plan.hosts[0])
    Authority(tmp_path / "other", "another")
    with pytest.raises(ssl.SSLCertVerificationError):
        _shaken(host, tmp_path / "other" / CA, "127.0.0.1")


def test_the_authority_is_made_once_and_its_key_goes_to_no_host(tmp_path: Path, plan: Plan) -> None:
    hosts = [_given(tmp_path, plan, host) for host in plan.hosts]
    assert len({(host / CA).read_bytes() for host in hosts}) == 1
    assert len({(host / KEY).read_bytes() for host in hosts}) == len(hosts)
    own = (tmp_path / "ca" / "ca.key").read_bytes()
    for path in (path for host in hosts for path in host.iterdir()):
        assert path.stat().st_mode & 0o777 == 0o600 and own not in path.read_bytes()
    first = hosts[0]
    assert (first / BOTH).read_bytes() == (first / CERT).read_bytes() + (first / KEY).read_bytes()
