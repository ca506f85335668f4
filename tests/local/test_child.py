"""What ``qinji up`` does with processes, ports and what an earlier run left."""

from __future__ import annotations

import os
import select
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.local import processes
from app.local.child import Child, Program
from app.local.probes import UpError, base_url, check_port
from app.local.processes import FolderLock, wait_gone
from app.local.run_file import RunFile, end_leftovers
from app.local.supervise import Supervisor
from app.settings import Settings
from app.store.where import Endpoints


def _sleeper(tmp_path: Path, name: str = "sleeper") -> Child:
    argv = [sys.executable, "-c", "import time; time.sleep(600)", "app.main"]
    return Child(Program(name, argv, dict(os.environ), tmp_path / "log" / f"{name}.log"))


def test_a_killed_program_is_noticed_once_and_started_again(tmp_path: Path) -> None:
    child = _sleeper(tmp_path)
    child.start()
    try:
        assert child.check() == ""
        first = child.pid
        os.kill(first, signal.SIGKILL)
        assert child.exit_code() == -signal.SIGKILL
        assert child.check() == "SIGKILL"
        assert child.check() == ""
        while not child.restart_if_due():
            time.sleep(child.due_in_s())
        assert child.running()
        assert child.pid != first
    finally:
        child.kill()
        child.wait_end(5.0)


def test_the_pause_before_a_restart_grows_to_a_second_and_no_more(tmp_path: Path) -> None:
    child = Child(Program("false", ["false"], dict(os.environ), tmp_path / "log" / "x.log"))
    pauses = []
    for _ in range(7):
        child.start()
        child.exit_code()
        assert child.check() == "exit code 1"
        pauses.append(child.due_in_s())
    assert pauses[0] <= 0.1
    assert 0.5 < pauses[-1] <= 1.0
    assert child.deaths == 7


def test_a_program_that_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True);"
    argv = [sys.executable, "-c", code + "time.sleep(600)"]
    child = Child(Program("deaf", argv, dict(os.environ), tmp_path / "log" / "deaf.log"))
    child.start()
    while not child.log.read_text():
        select.select([], [], [], 0.02)
    child.ask_to_end()
    child.wait_end(0.2)
    assert child.exit_code() == -signal.SIGKILL


def test_the_run_file_is_for_its_owner_only_and_whole(tmp_path: Path) -> None:
    run_file = RunFile(tmp_path / "run.json")
    assert run_file.read() == {}
    child = _sleeper(tmp_path)
    child.start()
    try:
        run_file.write("http://127.0.0.1:1", Endpoints("postgres://d", "unix://r"), [child])
        content = run_file.read()
    finally:
        child.kill()
        child.wait_end(5.0)
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600
    assert content == {
        "base_url": "http://127.0.0.1:1",
        "database_url": "postgres://d",
        "redis_url": "unix://r",
        "pid": os.getpid(),
        "pids": {"sleeper": child.pid},
    }
    run_file.remove()
    assert run_file.read() == {}


def test_what_an_earlier_run_left_is_ended_but_no_stranger(tmp_path: Path) -> None:
    ours = _sleeper(tmp_path)
    stranger = Child(
        Program("stranger", ["sleep", "600"], dict(os.environ), tmp_path / "log" / "s.log")
    )
    ours.start()
    stranger.start()
    try:
        run_file = RunFile(tmp_path / "run.json")
        run_file.write("http://x", Endpoints("", ""), [ours, stranger])
        end_leftovers(run_file)
        assert wait_gone(ours.pid, 30.0)
        assert stranger.running()
        assert run_file.read() == {}
    finally:
        for child in (ours, stranger):
            child.kill()
            child.wait_end(5.0)


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UpError) as refused:
            check_port("127.0.0.1", port)
    assert str(port) in str(refused.value)
    assert "QINJI_PORT=" in str(refused.value)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_the_url_to_open(host: str, url: str) -> None:
    assert base_url(host, 80) == url


def test_a_lock_has_one_holder_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    code = (
        "import sys; from pathlib import Path; from app.local.processes import FolderLock;"
        "print(FolderLock(Path(sys.argv[1])).acquire(), flush=True)"
    )
    lock = FolderLock(path)
    assert lock.acquire()
    assert not FolderLock(path).acquire()
    argv = [sys.executable, "-c", code, str(path)]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "False\n"
    lock.release()
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_log_stays_short_while_its_program_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_LOG_MAX_BYTES", 20_000)
    log = tmp_path / "log" / "talker.log"
    talk = "import itertools\nfor n in itertools.count(): print(n, 'x' * 90, flush=True)"
    child = Child(Program("talker", [sys.executable, "-c", talk], dict(os.environ), log))
    supervisor = Supervisor(Settings(home=tmp_path))
    supervisor._children = [child]
    turns = 0

    def pause(_: float) -> None:
        nonlocal turns
        turns += 1
        supervisor._stops = int(turns == 200)
        time.sleep(0.01)

    monkeypatch.setattr(supervisor, "_pause", pause)
    child.start()
    try:
        supervisor._watch()
    finally:
        child.kill()
        child.wait_end(5)
    aside = log.with_name("talker.log.1")
    assert 20_000 < aside.stat().st_size < 1_000_000 and log.stat().st_size < 1_000_000
    assert log.read_bytes()[:1] != b"\0", "what is written after it stands at the front"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
