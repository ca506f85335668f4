"""What a log-in's device is called."""

from __future__ import annotations

import pytest

from app.kit.words.devices import device_name, rough_address

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50"


@pytest.mark.parametrize(
    ("told", "agent", "name"),
    [
        ("iPhone 15 Pro<iPhone16,1>", IPHONE, "iPhone 15 Pro"),
        ("HUAWEI NOH-AN00", IPHONE, "HUAWEI NOH-AN00"),
        ("  HUAWEI\n\tMate\x00 60 ", "", "HUAWEI Mate 60"),
        ("x" * 200, "", "x" * 40),
        ("李敏的手机", IPHONE, "iPhone"),
        ("phone of 13800138000", "", "phone of"),
        ("110101199003078888", IPHONE, "iPhone"),
        ("<script>alert(1)</script>", "", ""),
        ("", IPHONE, "iPhone"),
        ("", "Mozilla/5.0 (Linux; Android 14; V2309A) MicroMessenger/8.0", "Android"),
        ("", "Mozilla/5.0 (Phone; OpenHarmony 5.0)", "HarmonyOS"),
        ("", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Windows"),
        ("", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "Mac"),
        ("", "Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("", "Python/3.12 aiohttp/3.9", ""),
    ],
)
def test_a_device_is_called_by_what_it_told(told: str, agent: str, name: str) -> None:
    assert device_name(told, agent) == name


@pytest.mark.parametrize(
    ("address", "rough"),
    [
        ("203.0.113.7", "203.0.*.*"),
        ("::ffff:203.0.113.7", "203.0.*.*"),
        ("2001:db8:1:2::7", "2001:0db8:*"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_an_address_tells_a_net(address: str, rough: str) -> None:
    assert rough_address(address) == rough
