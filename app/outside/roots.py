"""Who takes the day's roots over HTTP: ``POST`` of one day's document, which bears its signature;
the same day again changes nothing. 200 with ``{"taken": day}``: it is held there."""

from __future__ import annotations

from collections.abc import Mapping

from app.outside.outbound import Outbound, OutsideAway


class RootsTaker:
    """The other party's address."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def take(self, document: Mapping[str, str | int]) -> bool:
        """Hands one day over; whether it is held there now, as far as anybody knows."""
        try:
            answer = await self._outbound.ask("POST", "", body=document)
        except OutsideAway:
            return False
        return answer.get("taken") == document["day"]

    async def close(self) -> None:
        """Closes the connections."""
        await self._outbound.close()
