"""The HTTP process: ``python -m app.main``."""

from __future__ import annotations

from app.api.application import run
from app.kit import spans
from app.kit.hand import take
from app.kit.log import configure
from app.settings import settings


def main() -> None:
    """Runs one HTTP process until SIGTERM or Ctrl-C."""
    config = settings()
    take(config.clock)
    configure(config.log_level, config.log_json)
    spans.begin("qinji-app")
    run(config)


if __name__ == "__main__":
    main()
