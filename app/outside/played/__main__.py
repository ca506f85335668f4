"""Runs the played outside on this machine only, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse

from aiohttp import web

from app.outside.played.server import Outside


def main() -> None:
    """Runs the server."""
    parser = argparse.ArgumentParser(description="plays WeChat and an identity provider")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    web.run_app(Outside().application(), host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
