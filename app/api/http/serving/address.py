"""Whose a connection or a call is: the peer's address, or the one that a proxy of ours hands on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from aiohttp import web

HERE = ""
"""A unix socket's peer, who is on this machine and let in by the file's rights."""
_SITE_BITS = 64
"""So much of an IPv6 address is of one line; who has it has all the addresses behind it."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Peers whose ``X-Forwarded-For`` is believed; unix sockets are always of them."""

    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """From addresses or networks with commas between.

        Raises:
            ValueError: something else.
        """
        return cls(tuple(ip_network(part.strip()) for part in text.split(",") if part.strip()))

    def trust(self, address: str) -> bool:
        """Whether this address is a proxy of ours."""
        if address == HERE:
            return True
        found = _address(address)
        return found is not None and any(found in network for network in self.networks)

    def client(self, peer: str, forwarded: Iterable[str]) -> str:
        """Who calls, by the peer's address and the values of ``X-Forwarded-For``.

        The last that no proxy of ours has written for another is believed: what stands before it
        anybody may have sent. The peer itself when nothing was handed on.
        """
        if not self.trust(peer):
            return line_of(peer)
        handed = [part.strip() for value in forwarded for part in value.split(",")]
        for one in reversed(handed):
            if not self.trust(one):
                return line_of(one)
        return peer


def peer_of(request: web.BaseRequest) -> str:
    """The address of the connection's other end."""
    peer = request.get_extra_info("peername")
    return str(peer[0]) if isinstance(peer, tuple) else HERE


def line_of(address: str) -> str:
    """What is counted as one: an IPv4 address, or the network of an IPv6 address' line."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, _SITE_BITS), strict=False))
    return str(found) if found is not None else "?"


def _address(text: str) -> object:
    try:
        found = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return found.ipv4_mapped
    return found
