"""Patroni with a shorter shortest ttl: ``python member.py patroni.yml``.

Patroni takes no ttl below 20 seconds, so a machine that dies without a word is missed for that
long. Its own rule, loop_wait + 2 * retry_timeout <= ttl, holds from 7 on. What a ttl that is too
short costs is a change of the primary too many, never a row: a commit lies on two machines before
anybody is told of it, and only who has it may take over (synchronous_mode: quorum).
"""

from __future__ import annotations

from patroni.__main__ import main
from patroni.config import Config

SHORTEST_TTL_S = 7
_READ = "_Config__get_and_maybe_adjust_int_value"
_read = getattr(Config, _READ)


def _whole_number(self: Config, config: dict, name: str, least: int) -> int:
    return _read(self, config, name, min(least, SHORTEST_TTL_S) if name == "ttl" else least)


setattr(Config, _READ, _whole_number)

if __name__ == "__main__":
    main()
