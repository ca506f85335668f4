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

# How fast a Python is: milliseconds for a small piece of work, the best of several. One that was
# built without its own optimizations takes half as long again for everything.
python_ms() {
    "$1" -c '
import time
def work():
    found = {str(n): [n, n + 1] for n in range(2000)}
    return sum(len(key) + sum(pair) for key, pair in found.items())
best = 9.0
for _ in range(15):
    begun = time.perf_counter()
    work(), work(), work()
    best = min(best, time.perf_counter() - begun)
print(int(best * 100000))' 2>/dev/null || printf '999999\n'
}

# Of several Pythons with the same version, prints the fastest.
fastest_of() {
    best='' best_ms=0
    for one in "$@"; do
        ms=$(python_ms "$one")
        if [ -z "$best" ] || [ "$ms" -lt "$best_ms" ]; then
            best=$one best_ms=$ms
        fi
    done
    printf '%s\n' "$best"
}

# Prints the Python to use. 3.12 and 3.11 come first: redis-server is built from source on others.
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
                fastest_of "$candidate" "$other"
            else
                printf '%s\n' "$candidate"
            fi
            return
        fi
    done
    say 'qinji: no usable Python found 未找到可用的 Python:'
    for candidate in python3.12 python3.11 python3.13 python3; do
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
