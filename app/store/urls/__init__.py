"""The servers' URLs: what is understood is done, anything else is refused by its name at the start,
and a way that others could read along is told in the log."""

from __future__ import annotations

import ipaddress
import re
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, urlsplit

from app.store.versions import StartRefused

Server: TypeAlias = tuple[str, int]
"""A host and a port."""


_PARTS = re.compile(r"([^:/?#]*:(?://)?)?((?<=//)[^/?#]*)?(.*)", re.DOTALL)


class UrlRefused(StartRefused):
    """A server's URL can't be understood; the text names the option and holds no value of it."""


def split(name: str, url: str, schemes: tuple[str, ...], form: str) -> SplitResult:
    """The parts of a URL of one of these schemes; ``form`` is what it looks like. Which servers it
    names says ``servers``.

    Raises:
        UrlRefused: it is none.
    """
    found = _PARTS.fullmatch(url.strip())
    scheme, place, rest = found.groups(default="") if found else ("", "", url)
    # By hand, since urllib refuses several servers of which one has its address in brackets.
    parts = urlsplit(f"{scheme}{rest}")._replace(netloc=place)
    if parts.scheme not in schemes:
        raise UrlRefused(f"{name} must look like {form} 格式应为 {form}")
    if parts.fragment or "#" in url:
        raise UrlRefused(f"{name}: write # as %23, also in a password 请将#写作%23")
    return parts


def servers(name: str, parts: SplitResult, port: int, *, several: bool) -> list[Server]:
    """The servers that a URL names, with commas between where there may be several; none: it names
    none. ``port``: of those that say none.

    Raises:
        UrlRefused: a port is none, a name is missing, or there is one too many.
    """
    place = parts.netloc.rpartition("@")[2]
    found = [_server(name, one, port) for one in place.split(",")] if place else []
    if len(found) > 1 and not several:
        raise UrlRefused(f"{name}: one server only 只能填写一台服务器")
    if len(found) > 1 and not all(host for host, _ in found):
        raise UrlRefused(f"{name}: a server between commas has no name 逗号之间缺少服务器")
    return found


def _server(name: str, place: str, port: int) -> Server:
    try:
        one = urlsplit(f"//{place}")
        return one.hostname or "", port if one.port is None else one.port
    except ValueError:
        raise UrlRefused(
            f"{name}: the port is no number from 1 to 65535; in a password write : / @ as %3A %2F"
            " %40 端口无效，密码中的特殊字符请转义"
        ) from None


def options(name: str, parts: SplitResult, known: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the question mark.

    Raises:
        UrlRefused: an option that isn't understood, stands there twice, or has no value.
    """
    found: dict[str, str] = {}
    for option, value in parse_qsl(parts.query, keep_blank_values=True):
        if option not in known:
            raise UrlRefused(
                f"{name}: the option {option[:40]!r} is not understood; known are"
                f" {', '.join(known)} 不支持参数{option[:40]!r}"
            )
        if option in found or not value:
            why = "stands there twice 重复" if option in found else "has no value 没有值"
            raise UrlRefused(f"{name}: {option} {why}")
        found[option] = value
    return found


def one_of(name: str, option: str, value: str, known: tuple[str, ...]) -> str:
    """One of the values that an option may have.

    Raises:
        UrlRefused: another one.
    """
    if value not in known:
        raise UrlRefused(f"{name}: {option} must be one of {', '.join(known)} {option}取值无效")
    return value


def remote(host: str) -> bool:
    """Whether what is sent to this host leaves the machine."""
    if host.startswith("/") or host == "localhost" or not host:
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
