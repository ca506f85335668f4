"""What the phone's first page weighs, and how long it takes on a slow line.

    ./deploy/up                                    # in another terminal
    .venv/bin/python -m tests.browser.weight [--url http://127.0.0.1:8080]

The line: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back, as Chromium's debugging protocol
plays it. The time runs from the address to the QR on the screen; log-in included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import time
import urllib.request
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext

from tests.browser.chromium import NONE_FOUND, find_chromium, running_chromium

WHO, NAME, CERTNO = "limin", "李敏", "139900198306180028"
_LINE = {
    "offline": False, "latency": 150,
    "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8,
}  # fmt: skip
_KEEP = f"""if (location.protocol.startsWith('http')) {{
  sessionStorage.setItem('demo.who', '{WHO}')
  localStorage.setItem('wx.consent', '2')
}}"""
_DRAWN = ".drawn.live .digits:not(:empty)"


@dataclass
class Load:
    """One load of the page. Bytes are those on the wire, headers included."""

    requests: int = 0
    received: int = 0
    seconds: float = 0.0


def identify(url: str) -> None:
    """The person of the demo passes the real-name check, if that has not been done."""
    begun = _post(url, "/login", {"code": f"demo-{WHO}-{secrets.token_hex(4)}"}, "")
    proof = {"method": "face", "ticket": f"face-ok-{secrets.token_hex(8)}"}
    claim = {"psn_name": NAME, "psn_cert_type": "01", "certno": CERTNO, "proof": proof}
    _post(url, "/identity", claim, begun["data"]["token"])


def _post(url: str, path: str, body: object, token: str) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    asked = urllib.request.Request(f"{url}/api/v1{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


async def load(context: BrowserContext, url: str, *, slow: bool) -> Load:
    """Opens the page in a new tab and waits for the code."""
    page = await context.new_page()
    found = Load()
    protocol = await context.new_cdp_session(page)
    await protocol.send("Network.enable")
    if slow:
        await protocol.send("Network.emulateNetworkConditions", _LINE)

    def received(event: dict[str, Any]) -> None:
        found.requests += 1

    protocol.on("Network.responseReceived", received)
    protocol.on(
        "Network.loadingFinished",
        lambda event: setattr(found, "received", found.received + int(event["encodedDataLength"])),
    )
    begun = time.perf_counter()
    await page.goto(url)
    await page.locator(_DRAWN).wait_for()
    found.seconds = time.perf_counter() - begun
    await page.close()
    return found


async def main(url: str) -> None:
    program = find_chromium()
    if program is None:
        raise SystemExit(NONE_FOUND)
    identify(url)
    async with running_chromium(program) as browser:
        for name, slow in (("1.6 Mbit/s, 150 ms", True), ("this machine", False)):
            context = await browser.new_context(viewport={"width": 390, "height": 844})
            await context.add_init_script(_KEEP)
            for visit in ("first visit", "again"):
                seen = await load(context, url, slow=slow)
                print(
                    f"{name:20} {visit:12} {seen.requests:3} requests"
                    f" {seen.received / 1000:7.1f} kB  code on screen after {seen.seconds:.2f} s"
                )
            await context.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="weighs the phone's first page")
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    asyncio.run(main(parser.parse_args().url.rstrip("/")))
