"""What ``qinji up`` says once everything is running."""

from __future__ import annotations

from pathlib import Path


def welcome(base_url: str, home: Path) -> str:
    """The text that says what to open and what to try next."""
    return f"""
亲济 Qinji is running 已启动

  Open 打开        {base_url}
  API              {base_url}/api/v1/openapi.json
  Logs 日志        {home / "log"}

Try next 试一试 (in another terminal 另开一个终端):
  .venv/bin/qinji --help     commands 命令
  .venv/bin/qinji pos        a till in the terminal 终端里的收银台

Ctrl-C stops everything; the data stay. 按 Ctrl-C 停止，数据保留。
"""
