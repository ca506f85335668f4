"""A certificate authority of a cluster's own, and a certificate of each host."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.kit.clock import machine
from app.local.cluster.plan import Host, Plan

CA, CERT, KEY, BOTH = "ca.crt", "host.crt", "host.key", "host.pem"
"""What a host has of it. ``BOTH``: certificate and key in one file, as HAProxy wants them."""
_CA_KEY = "ca.key"
_CA_DAYS, _HOST_DAYS = 3650, 825
_EARLIER = timedelta(hours=1)  # a host whose clock is slow


class Authority:
    """Signs for the hosts of one cluster. Its key stays in the folder where it was made: who has it
    is every host."""

    def __init__(self, folder: Path, name: str) -> None:
        """Made when it is not there yet."""
        cert, key = folder / CA, folder / _CA_KEY
        if not key.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            own = ec.generate_private_key(ec.SECP256R1())
            made = _begun(_name(f"CA of {name}"), _name(f"CA of {name}"), own, _CA_DAYS)
            made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            _keep(cert, _pem(made.sign(own, hashes.SHA256())))
            _keep(key, _key_pem(own))
        self.certificate = cert.read_bytes()
        self._cert = x509.load_pem_x509_certificate(self.certificate)
        found = serialization.load_pem_private_key(key.read_bytes(), password=None)
        assert isinstance(found, ec.EllipticCurvePrivateKey)
        self._key = found

    def give(self, plan: Plan, host: Host, into: Path) -> list[Path]:
        """Makes a host's key and certificate, for its own address and those of the proxies, through
        which the others reach it."""
        own = ec.generate_private_key(ec.SECP256R1())
        known = [host, *plan.that("proxy")]
        names = {one.address for one in known} | {one.name for one in known} | set(plan.names)
        kinds = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        made = (
            _begun(_name(host.name), self._cert.subject, own, _HOST_DAYS)
            .add_extension(
                x509.SubjectAlternativeName([_general(one) for one in sorted(names)]),
                critical=False,
            )
            .add_extension(x509.ExtendedKeyUsage(kinds), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        cert, key = _pem(made), _key_pem(own)
        files = {CA: self.certificate, CERT: cert, KEY: key, BOTH: cert + key}
        for name, content in files.items():
            _keep(into / name, content)
        return [into / name for name in files]


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = machine()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _keep(path: Path, content: bytes) -> None:
    """Only its owner reads it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)
