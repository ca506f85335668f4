"""Whose a call is: the peer's, unless a proxy of ours hands on another."""

from __future__ import annotations

import pytest

from app.api.http.serving.address import HERE, Proxies, line_of

OURS = Proxies.read("127.0.0.1, ::1,10.0.0.0/8")


@pytest.mark.parametrize(
    ("peer", "handed_on", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
        ("10.1.2.3", ["10.9.9.9"], "10.1.2.3"),
        ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        (HERE, ["203.0.113.9"], "203.0.113.9"),
        ("::1", ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
        ("::1", ["[2001:db8:1:2:3::4]"], "2001:db8:1:2::/64"),
        ("127.0.0.1", ["nonsense"], "?"),
        ("127.0.0.1", ["203.0.113.9, \udcff"], "?"),
    ],
)
def test_who_calls(peer: str, handed_on: list[str], client: str) -> None:
    assert OURS.client(peer, handed_on) == client


def test_a_line_is_one_however_many_addresses_it_has() -> None:
    assert line_of("2001:db8:1:2::1") == line_of("2001:db8:1:2:ffff::9%eth0")
    assert line_of("2001:db8:1:2::1") != line_of("2001:db8:1:3::1")
    assert line_of("::ffff:203.0.113.9") == line_of("203.0.113.9") == "203.0.113.9"


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(ValueError, match="example"):
        Proxies.read("example")
