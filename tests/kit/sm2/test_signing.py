"""SM2 against the standard's own example and OpenSSL; keys and signatures in every form, none in
a wrong one."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from app.kit.sm2.keys import N, P, Sm2KeyError, private_key, public_key, signature_der
from app.kit.sm2.signing import HERE, holds, sign

pytestmark = pytest.mark.skipif(not HERE, reason="no SM2 for this machine")

# GB/T 32918.5-2017, appendix A: key, message, signature with the usual id.
SECRET = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
POINT = (
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNED = (
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


def der(signature: str) -> bytes:
    found = signature_der(signature)
    assert found is not None
    return found


def test_the_standards_example() -> None:
    key = public_key(POINT)
    assert holds(key, b"message digest", SIGNED)
    assert not holds(key, b"message digesT", SIGNED)
    mine = private_key(SECRET + POINT)
    assert holds(key, b"another", sign(mine, b"another")) and SECRET.lower() not in repr(mine)


def test_a_signature_is_taken_in_four_forms() -> None:
    key, raw = public_key(POINT), bytes.fromhex(SIGNED)
    forms = [
        SIGNED,
        SIGNED.lower(),
        base64.b64encode(raw).decode(),
        der(SIGNED).hex(),
        base64.b64encode(der(SIGNED)).decode(),
    ]
    assert all(holds(key, b"message digest", form) for form in forms)


def test_a_signature_in_no_form_is_none() -> None:
    key, raw = public_key(POINT), bytes.fromhex(SIGNED)
    order, zero = N.to_bytes(32, "big"), bytes(32)
    wrong = [
        "",
        "?",
        "é",
        SIGNED[:-2],
        SIGNED + "00",
        "30",
        "3006020100020100",
        (raw[:32] + zero).hex(),
        (zero + raw[32:]).hex(),
        (order + raw[32:]).hex(),
        (der(SIGNED) + b"\0").hex(),
        der(SIGNED)[:-1].hex(),
        (raw[32:] + raw[:32]).hex(),
    ]
    assert [form for form in wrong if holds(key, b"message digest", form)] == []


def test_a_public_key_is_taken_in_every_form_and_only_on_the_curve() -> None:
    raw = bytes.fromhex(POINT)
    written = [base64.b64encode(one).decode() for one in (raw, b"\4" + raw)]
    forms = [POINT, f"04{POINT}", *written]
    told = [public_key(form) for form in forms]
    assert told == [raw] * len(forms)
    other = int.from_bytes(raw[:32], "big") + P
    wrong = [
        "",
        "no key",
        POINT[:-2],
        f"05{POINT}",
        POINT[:-1] + "4",
        "00" * 64,
        "FF" * 64,
        f"{other % 2**256:064x}{POINT[64:]}",
        # A point of P-256, which many libraries make by default.
        "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
        "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5",
    ]
    for text in wrong:
        with pytest.raises(Sm2KeyError) as refused:
            public_key(text)
        assert not text or text not in str(refused.value)


def test_openssl_and_we_believe_each_other(tmp_path: Path) -> None:
    def openssl(*words: str) -> str:
        done = subprocess.run(
            ["openssl", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"openssl without SM2: {done.stderr}")
        return done.stdout

    (tmp_path / "message").write_bytes("医保".encode())
    openssl("genpkey", "-algorithm", "SM2", "-out", "key.pem")
    public = public_key(openssl("pkey", "-in", "key.pem", "-pubout"))
    usual = ("-sigopt", "distid:1234567812345678")
    openssl("dgst", "-sm3", "-sign", "key.pem", *usual, "-out", "signed", "message")
    assert holds(public, "医保".encode(), (tmp_path / "signed").read_bytes().hex())
    key = private_key((tmp_path / "key.pem").read_text())
    assert key.point == public
    (tmp_path / "ours").write_bytes(der(sign(key, "医保".encode())))
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
    said = openssl("dgst", "-sm3", "-verify", "public.pem", *usual, "-signature", "ours", "message")
    assert "OK" in said
    assert all(0 < one < N for one in decode_dss_signature((tmp_path / "ours").read_bytes()))
