"""What a log-in is called in its owner's list: its device, and roughly from where. Pure.

Whoever logs in tells it, so it is bounded, holds no number and no name of a person, and decides
nothing.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_LENGTH_MAX = 40
_STRANGE = re.compile(r"<.*|[^A-Za-z0-9 ._()+,/-]+")
"""Models are written in plain letters; what stands in angle brackets is the maker's own number."""
_NUMBER = re.compile(r"\d{6,}")
_FAMILIES = (
    ("iPad", "iPad"), ("iPhone", "iPhone"), ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("Windows", "Windows"),
    ("Macintosh", "Mac"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(told: str, user_agent: str) -> str:
    """What the phone calls itself, else what its client says to run on; empty if neither tells."""
    words = _NUMBER.sub(" ", _STRANGE.sub(" ", told)).split()
    name = " ".join(words)[:_LENGTH_MAX].strip()
    if any(one.isalpha() for one in name):
        return name
    return next((family for word, family in _FAMILIES if word in user_agent), "")


def rough_address(address: str) -> str:
    """The beginning of an address, as far as it tells a net and not a home; empty for none."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return ".".join([*str(found).split(".")[:2], "*", "*"])
    return ":".join([*found.exploded.split(":")[:2], "*"])
