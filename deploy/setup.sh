# Sourced by deploy/up and deploy/test, in the project's folder: makes .venv from a lock file.

say() { printf '%s\n' "$*" >&2; }

# Whether "$1" is a Python we can use. With a second argument, says what it lacks.
python_fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || {
        [ -z "${2-}" ] || say "qinji: $1 is missing or older than Python 3.11."
        return 1
    }
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 || {
        [ -z "${2-}" ] || say "qinji: $1 has no venv module. On Debian or Ubuntu: apt install python3-venv"
        return 1
    }
}

# Microseconds of CPU that a Python takes for a small piece of work, the best of many.
python_time() {
    "$1" -c '
import time

class Item:
    def __init__(self, n):
        self.n = n
    def twice(self):
        return 2 * self.n

def work():
    return sum(Item(n).twice() + len(f"{n}.{n:02d}") for n in range(1000))

best = 9.0
for _ in range(40):
    begun = time.process_time()
    work()
    best = min(best, time.process_time() - begun)
print(int(best * 1e6))' 2>/dev/null || printf '999999\n'
}

# Prints the faster of two Pythons of one version. One that was built without its own optimizations
# takes half as long again for everything. They run in turns and each turn counts as one vote, since
# the machine itself may be faster at one moment than at the next.
faster_of() {
    votes=0
    for _ in 1 2 3 4 5; do
        if [ "$(python_time "$1")" -lt "$(python_time "$2")" ]; then votes=$((votes + 1)); fi
    done
    if [ "$votes" -ge 3 ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}

# Prints the Python to use: of those with which everything was measured the first, else a newer one.
find_python() {
    if [ -n "${QINJI_PYTHON-}" ]; then
        python_fits "$QINJI_PYTHON" aloud || return 1
        printf '%s\n' "$QINJI_PYTHON"
        return
    fi
    for candidate in python3.12 python3.11 python3.13 python3.14 python3; do
        if python_fits "$candidate"; then
            other=/usr/bin/$candidate # the system's own, where another stands before it
            if [ "$(command -v "$candidate")" != "$other" ] && python_fits "$other"; then
                faster_of "$candidate" "$other"
            else
                printf '%s\n' "$candidate"
            fi
            return
        fi
    done
    say 'qinji: no usable Python found 未找到可用的 Python:'
    for candidate in python3.12 python3.11 python3.13 python3.14 python3; do
        command -v "$candidate" >/dev/null 2>&1 && python_fits "$candidate" aloud
    done
    say 'Install Python 3.11 or newer with venv, or name one: QINJI_PYTHON=/path/to/python3 ./deploy/up'
    return 1
}

# make_venv run|test: does nothing when .venv was made from this lock file, in this folder.
# The stamp is written last, so an install that was interrupted is begun again.
make_venv() {
    wanted="$(cksum <"deploy/lock/$1.txt") $PWD"
    for stamp in ".venv/qinji-$1" .venv/qinji-test; do
        [ -f "$stamp" ] || continue
        [ "$1" = run ] && [ "$stamp" = .venv/qinji-test ] && wanted="$(cksum <deploy/lock/test.txt) $PWD"
        [ "$(cat "$stamp")" = "$wanted" ] && [ -x .venv/bin/python ] && return 0
    done
    python=$(find_python) || return 1
    say "Making .venv with $("$python" -V 2>&1), installing packages (a minute or so) … 正在安装依赖"
    "$python" -m venv --clear .venv || return 1
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes -r "deploy/lock/$1.txt" || {
        say 'qinji: installing the packages failed (see above). Run this again once that is solved.'
        return 1
    }
    # The project itself: found through its folder, nothing to build.
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return 1
    printf '%s\n' "$PWD" >"$site/qinji.pth"
    printf '%s\n' '#!/bin/sh' 'exec "$(dirname "$0")/python" -P -m app.cli "$@"' >.venv/bin/qinji
    chmod +x .venv/bin/qinji
    printf '%s\n' "$(cksum <"deploy/lock/$1.txt") $PWD" >".venv/qinji-$1"
    say 'Packages installed. 依赖已就绪'
}
