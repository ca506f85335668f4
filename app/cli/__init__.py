"""The ``qinji`` command. Each subcommand is imported only when it is used."""

from __future__ import annotations

import importlib
import sys

import click

from app.cli.clock import follow
from app.kit.log import last_words

# Name → where the click command is ("module:attribute"), and its line in the help.
LAZY: dict[str, tuple[str, str]] = {
    "bureaus": ("app.cli.bureau.commands:bureaus", "Who may send life events. 经办机构接入"),
    "bench": ("app.bench.commands:bench", "What things cost on this machine. 性能测量"),
    "up": ("app.cli.up:up", "Start everything; Ctrl-C stops it. 启动全部"),
    "import": ("app.cli.imports:import_", "Load people, institutions, catalogue. 导入名册"),
    "institutions": (
        "app.cli.institutions:institutions",
        "Shut institutions out, let them in. 机构停用与恢复",
    ),
    "clock": ("app.cli.clock.commands:clock", "The clock of the running demo. 可调时钟"),
    "counter": ("app.cli.counter.commands:counter", "The counter: papers in a batch. 柜台"),
    "doctor": ("app.cli.doctor.commands:doctor", "What this installation lacks. 检查安装"),
    "keys": ("app.cli.keys.commands:keys", "New keys for what lies sealed. 密钥轮换"),
    "ops": ("app.cli.operators:ops", "Operators of the night shift. 值班员"),
    "phone": ("app.clients.phone.commands:phone", "A phone in the terminal. 手机"),
    "pos": ("app.clients.till.commands.pos:pos", "A till in the terminal. 收银机"),
    "ledger": ("app.cli.ledger:ledger", "Check, seal, prove the books. 账目核对"),
    "account": ("app.cli.account.commands:account", "The personal account's year. 个人账户年度"),
    "people": ("app.cli.people.commands:people", "Who is to be forgotten. 删除个人信息"),
    "reconcile": ("app.cli.reconcile:reconcile", "Statements of institutions. 机构对账"),
    "wallet": ("app.cli.wallet.commands:wallet", "The wallet between provinces. 医保钱包"),
    "trace": ("app.cli.trace.commands:trace", "Trace codes of medicines. 药品追溯码"),
    "premium": ("app.cli.premium.commands:premium", "Residents' premiums. 代缴居民医保费"),
    "region": ("app.cli.regions:region", "Each region's rules. 各地规则"),
    "months": ("app.cli.months.commands:months", "The books by months. 按月分区"),
    "migrate": ("app.cli.up:migrate", "Bring the database up to date. 升级数据库结构"),
}


class LazyGroup(click.Group):
    """A group whose commands in ``LAZY`` are imported when called, not to show the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, those not imported yet included."""
        return sorted({*super().list_commands(ctx), *LAZY})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now if need be."""
        if cmd_name not in LAZY:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = LAZY[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help."""
        rows = []
        for name in self.list_commands(ctx):
            known = self.commands.get(name)
            rows.append((name, known.get_short_help_str(80) if known else LAZY[name][1]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """亲济 Qinji: 亲情账户 and 家庭共济. Settings come from QINJI_* (see app/settings)."""
    if click.get_current_context().invoked_subcommand != "up":  # which lets the clock run
        follow()


def main() -> None:
    """The entry point of the ``qinji`` script."""
    sys.excepthook = last_words
    cli(prog_name="qinji")


if __name__ == "__main__":
    main()
