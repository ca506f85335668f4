"""Calls to what lies outside, over HTTP: one place for time limits and for what counts as away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from app.kit.log import logger

log = logger(__name__)

_ANSWER_MAX = 64 * 1024


class OutsideAway(Exception):
    """No usable answer came: it took too long, the line broke, or the answer is not readable."""


class Outbound:
    """HTTP to one service outside.

    Args:
        base_url: where it is, with or without a final slash.
        timeout_s: the most seconds one call may take in all.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=timeout_s / 2)
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        bearer: str | None = None,
    ) -> dict[str, Any]:
        """One call: the JSON object in its answer. Redirects are not followed.

        Raises:
            OutsideAway: no answer in time, a broken line, an answer of more than 64 KB, with
                another status than 200, or without a JSON object.
        """
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            async with self._client().request(
                method,
                self._base_url + path,
                params=query,
                json=body,
                headers=headers,
                allow_redirects=False,
            ) as response:
                raw = await _read(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Only the kind of fault: the text may hold the address, and that a secret or a code.
            log.warning("outside_away", path=path, error=type(error).__name__)
            raise OutsideAway from None
        if response.status != 200:
            log.warning("outside_status", path=path, status=response.status)
            raise OutsideAway
        return _json_object(raw)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, or as much of it as shows that it is too long."""
    raw = b""
    while len(raw) <= _ANSWER_MAX and (part := await response.content.read(_ANSWER_MAX)):
        raw += part
    return raw


def _json_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in an answer, whatever its content type says."""
    if len(raw) > _ANSWER_MAX:
        raise OutsideAway
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise OutsideAway from None
    if not isinstance(value, dict):
        raise OutsideAway
    return value
