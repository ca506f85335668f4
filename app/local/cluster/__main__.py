"""``deploy/cluster/up`` and ``down``: a cluster on this machine; and an operator's files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.local.cluster import patroni
from app.local.cluster.certificates import Authority
from app.local.cluster.files import Folders, passwords, write
from app.local.cluster.plan import Plan, PlanRefused, loopback, read
from app.local.cluster.running import Loopback, lacking
from app.local.operator_demo_file import APPROVER, CLERK, kept_password
from app.local.operator_demo_file import NAME as OPERATOR
from app.local.probes import say, tail
from app.local.processes import alive, command_of, end_pid
from app.local.servers.programs import EmbeddedError
from app.outside.played import keys
from app.settings import settings

_HOME = "cluster"
_STOPS = (signal.SIGTERM, signal.SIGINT)
_UP_S, _DOWN_S = 400.0, 90.0
USAGE = """\
deploy/cluster/up            start a cluster on this machine, with the demo
deploy/cluster/down          end it; --wipe: and remove all that it has left
deploy/cluster/state         who is primary, who follows
deploy/cluster/qinji WORDS   any command of qinji, on this cluster: ledger verify, pos …
deploy/cluster/fill HOSTS.toml FOLDER   the configuration of each host, for an operator
"""


def _plan() -> Plan:
    return loopback(int(os.environ.get("QINJI_CLUSTER_PORT", "18000")))


def _home() -> Path:
    return settings().home.absolute() / _HOME


def _loopback() -> Loopback:
    outside = keys.environment(f"http://127.0.0.1:{_outside_port()}")
    env = {"QINJI_DEMO": "1", "QINJI_HOME": str(_home())} | outside
    return Loopback(_home(), _plan(), env)


def _outside_port() -> int:
    """Where WeChat, the identity check and the tax office are played."""
    return _plan().that("proxy")[0].ports.port + 9


def _pid() -> int:
    """The process that watches over a running cluster; 0: there is none."""
    try:
        pid = int((_home() / "pid").read_text())
    except (OSError, ValueError):
        return 0
    return pid if alive(pid) and "app.local.cluster" in command_of(pid) else 0


def up() -> None:
    """Lets a cluster run in the background, and waits until it serves."""
    if missing := lacking():
        sys.exit(missing)
    if _pid():
        sys.exit("it is running already 已在运行: ./deploy/cluster/state")
    _home().mkdir(parents=True, exist_ok=True)
    log = _home() / "up.log"
    with log.open("w") as out:
        watcher = subprocess.Popen(
            [sys.executable, "-m", "app.local.cluster", "watch"],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    until, told = time.monotonic() + _UP_S, 0
    while watcher.poll() is None and time.monotonic() < until:
        lines = log.read_text().splitlines()
        for line in lines[told:]:
            say(line)
        told = len(lines)
        if lines and lines[-1].startswith("Ready"):
            say((_home() / "welcome.txt").read_text())
            return
        time.sleep(0.3)
    sys.exit(f"it did not come up 未能启动:\n{tail(log)}")


def watch() -> None:
    """The process behind ``up``."""
    for number in _STOPS:
        signal.signal(number, _stop)
    (_home() / "pid").write_text(str(os.getpid()))
    cluster = _loopback()
    try:
        say("Installing Patroni, starting the servers … 正在启动")
        cluster.start(say)
        say("Preparing the database … 准备数据")
        _prepare(cluster)
        cluster.run("outside", ["-m", "app.outside.played", "--port", str(_outside_port())])
        cluster.serve()
        (_home() / "welcome.txt").write_text(_welcome(cluster))
        say("Ready 已就绪")
        while True:
            cluster.look()
            cluster.keep_logs_short()
            time.sleep(0.2)
    except EmbeddedError as error:
        sys.exit(str(error))
    finally:
        cluster.stop()


def _stop(*_: object) -> None:
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)  # once is enough: what follows ends everything
    raise SystemExit(0)


def _environment(cluster: Loopback) -> dict[str, str]:
    return {
        **os.environ,
        "QINJI_DEMO": "1",
        "QINJI_HOME": str(cluster.home),
        "QINJI_DATABASE_URL": cluster.database_url,
        "QINJI_OWNER_DATABASE_URL": cluster.owner_url,
        "QINJI_REDIS_URL": cluster.redis_url,
    }


def command(words: list[str]) -> None:
    """Becomes a command of qinji's on the cluster that runs here."""
    if not _pid():
        sys.exit("no cluster runs here 没有运行中的集群: ./deploy/cluster/up")
    program = [sys.executable, "-m", "app.cli", *words]
    os.execve(program[0], program, _environment(_loopback()))  # noqa: S606


def _prepare(cluster: Loopback) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.local.prepare"],
        env=_environment(cluster),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EmbeddedError(f"preparing the database failed:\n{done.stdout}{done.stderr}")


def _signs_in(home: Path) -> str:
    """Who signs in at the pages of staff."""
    password = kept_password(home)
    return f"{OPERATOR}, {CLERK}, {APPROVER}: {password}" if password else ""


def _welcome(cluster: Loopback) -> str:
    return f"""
Everybody's address 入口   {cluster.url}   (/ /till /ops /counter; {_signs_in(cluster.home)})
The primary 主库           {cluster.database_url}
Redis                      {cluster.redis_url}
Logs 日志                  {cluster.home}/log

  ./deploy/cluster/state                 who is primary
  ./deploy/cluster/qinji ledger verify   whether the books are right
  ./deploy/cluster/down                  end it
"""


def down(wipe: bool) -> None:
    """Ends a cluster that runs."""
    pid = _pid()
    if pid and not end_pid(pid, ((signal.SIGTERM, _DOWN_S),)):
        sys.exit(f"process {pid} does not end: {_home()}/up.log")
    if wipe and _home().exists():
        shutil.rmtree(_home())  # a till's journal, too: it tells of bills that are no more
    say("Stopped 已停止")


def state() -> None:
    """Prints who is primary and who follows."""
    found = patroni.members(_plan())
    if not found:
        sys.exit("no member answers 没有成员应答")
    for one in found:
        say(f"{one.name:3} {one.role:16} {one.state:12} lag {one.lag}")


def files(hosts: str, folder: str) -> None:
    """Writes an operator's files."""
    try:
        plan = read(Path(hosts))
    except (OSError, PlanRefused) as error:
        sys.exit(str(error))
    out = Path(folder)
    secret = passwords(out / "passwords.json")
    authority = Authority(out / "ca", plan.name) if plan.tls else None
    for host in plan.hosts:
        at = Folders(Path("/etc/qinji"), Path("/var/lib/qinji"), Path("/run/qinji"))
        into = out / host.name
        for path in write(plan, host, at, secret, into=into):
            say(str(path))
        if authority:
            for path in authority.give(plan, host, into):
                say(str(path))


def main(words: list[str]) -> None:
    match words:
        case ["up"]:
            up()
        case ["watch"]:
            watch()
        case ["down"]:
            down(wipe=False)
        case ["down", "--wipe"]:
            down(wipe=True)
        case ["qinji", *more]:
            command(more)
        case ["state"]:
            state()
        case ["files", hosts, folder]:
            files(hosts, folder)
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
