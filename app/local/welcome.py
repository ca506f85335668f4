"""What ``qinji up`` says once everything is running."""

from __future__ import annotations

from pathlib import Path

from app.local.operator_demo_file import APPROVER, CLERK


def welcome(
    base_url: str, home: Path, phone_page: bool, operator: tuple[str, str] | None = None
) -> str:
    """The text that says what to open and what to try next.

    ``phone_page``: whether set-up could make it; ``operator``: the demo's operator and the
    password, where this is the demo.
    """
    phone = "" if phone_page else "  (missing: no npm at set-up 缺失：安装时没有 npm)"
    sign_in = f"   (用户 {operator[0]}, 密码 {operator[1]})" if operator else ""
    clerks = f"   (用户 {CLERK} 或 {APPROVER}, 同一密码 same password)" if operator else ""
    return f"""
亲济 Qinji is running 已启动

  Phone 手机       {base_url}/{phone}
  Till 收银台      {base_url}/till
  Night 值班台     {base_url}/ops{sign_in}
  Counter 柜台     {base_url}/counter{clerks}
  Regions 各地规则  {base_url}/regions

  Phones' API      {base_url}/api/v1   ({base_url}/api/v1/openapi.json)
  Tills' API       {base_url}/fsi/api
  Logs 日志        {home / "log"}

Try next 试一试 (in another terminal 另开一个终端; the whole story is in README.md):
  .venv/bin/qinji phone limin identify 李敏 139900198306180028
  .venv/bin/qinji phone limin show            a code 亮码
  .venv/bin/qinji pos login --demo            a till 收银机
  .venv/bin/qinji pos sell "$(.venv/bin/qinji phone limin code)" amoxilin

Ctrl-C stops everything; the data stay. 按 Ctrl-C 停止，数据保留。
"""
