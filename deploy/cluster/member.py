"""Patroni with a shorter patience: ``python member.py patroni.yml``.

Patroni takes no ttl below 20 seconds and no retry_timeout below 3, so a machine that dies without a
word is missed for that long; and who wants to take over waits 2 seconds for the one that is gone.
Its own rule, loop_wait + 2 * retry_timeout <= ttl, holds from 5 on. What a patience that is too
short costs is a change of the primary too many, never a row: a commit lies on two machines before
anybody is told of it, and only who has it may take over (synchronous_mode: quorum).
"""

from __future__ import annotations

from patroni.__main__ import main
from patroni.config import Config
from patroni.ha import Ha

SHORTEST = {"ttl": 5, "retry_timeout": 2}
PATIENCE_S = 0.5
"""With a member that is asked how far it has got; a quorum of the others' answers is enough."""
_READ = "_Config__get_and_maybe_adjust_int_value"
_read = getattr(Config, _READ)
_ask = Ha.fetch_node_status


def _whole_number(self: Config, config: dict, name: str, least: int) -> int:
    return _read(self, config, name, min(least, SHORTEST.get(name, least)))


class _Hurried:
    """What ``fetch_node_status`` asks of its Ha, with a patience of our own."""

    def __init__(self, ha: Ha) -> None:
        self.patroni = self
        self._ask = ha.patroni.request

    def request(self, member: object, timeout: float, retries: int) -> object:
        return self._ask(member, timeout=min(timeout, PATIENCE_S), retries=retries)


def _fetch_node_status(self: Ha, member: object) -> object:
    return _ask(_Hurried(self), member)


setattr(Config, _READ, _whole_number)
Ha.fetch_node_status = _fetch_node_status

if __name__ == "__main__":
    main()
