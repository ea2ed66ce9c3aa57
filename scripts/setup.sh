#!/usr/bin/env bash
# Makes .venv with everything that Insomnia and its tests need. Called by `make setup`.
# Runs on a bare Debian 12 with python3, make and git; when nothing changed it ends at once.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

# The native libraries that the window needs, as "package shared-object".
LIBRARIES="libgl1 libGL.so.1
libegl1 libEGL.so.1
libglib2.0-0 libglib-2.0.so.0
libfontconfig1 libfontconfig.so.1
libdbus-1-3 libdbus-1.so.3
libgssapi-krb5-2 libgssapi_krb5.so.2
libbrotli1 libbrotlidec.so.1
libxkbcommon0 libxkbcommon.so.0
libxkbcommon-x11-0 libxkbcommon-x11.so.0
libxcb-cursor0 libxcb-cursor.so.0
libxcb-icccm4 libxcb-icccm.so.4
libxcb-keysyms1 libxcb-keysyms.so.1
libxcb-randr0 libxcb-randr.so.0
libxcb-shape0 libxcb-shape.so.0
libxcb-xkb1 libxcb-xkb.so.1
libxrandr2 libXrandr.so.2
libpulse0 libpulse.so.0"

# The programs that tests of the window and of speech need, as "package command".
PROGRAMS="xvfb Xvfb
xdotool xdotool
espeak-ng espeak-ng"

# What was installed is known by the content of these files and the place of the checkout.
fingerprint() { { cat pyproject.toml constraints.txt scripts/setup.sh; pwd; } | cksum; }

up_to_date() {
    [ -x .venv/bin/python ] && [ -x .venv/bin/insomnia ] && [ -f .venv/setup-stamp ] &&
        [ "$(cat .venv/setup-stamp)" = "$(fingerprint)" ]
}

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    say "Insomnia needs Python 3.11 or newer and found none; install one, or name it: make setup PYTHON=/path/to/python3"
    return 1
}

# Packages for `python -m venv`, where this Python came without (Debian splits it off).
missing_for_venv() {
    if ! "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

missing_native() {
    [ "$(uname -s)" = Linux ] || return 0
    local known package object
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
    while read -r package object; do
        case "$known" in *"$object "*) ;; *) echo "$package" ;; esac
    done <<<"$LIBRARIES"
    while read -r package object; do
        command -v "$object" >/dev/null || echo "$package"
    done <<<"$PROGRAMS"
}

# Installs the named Debian packages, or says in one sentence which ones are missing.
install_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $*"
        if apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -y --no-install-recommends install "$@" >/dev/null </dev/null; then
            return 0
        fi
        say "these packages could not be installed: $*"
        return 1
    fi
    say "these packages are missing (names as in Debian): $*"
    return 1
}

# Whether .venv works here: with pip, a Python that is new enough, and made for this very place
# (its programs name their Python by the full path).
environment_works() {
    .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 &&
        grep -qF "$PWD/.venv" .venv/bin/activate
}

make_environment() {
    local python=$1 package
    if ! environment_works; then
        package=$(missing_for_venv "$python")
        if [ -n "$package" ]; then
            say "without $package there is no virtual environment; install it and try again"
            return 1
        fi
        say "making .venv with $("$python" --version)"
        "$python" -m venv --clear .venv
    fi
    say "installing the Python packages"
    .venv/bin/python -m pip --disable-pip-version-check install -qq \
        --editable '.[dev]' --constraint constraints.txt </dev/null
}

main() {
    if up_to_date; then
        return
    fi
    if command -v flock >/dev/null; then # two runs at once would fill one environment
        exec 9<scripts/setup.sh
        flock 9
        if up_to_date; then
            return
        fi
    fi
    local python missing
    python=$(find_python)
    missing=$({ missing_for_venv "$python"; missing_native; } | tr '\n' ' ')
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # one word per package
        install_packages $missing || true
    fi
    make_environment "$python"
    fingerprint >.venv/setup-stamp
    say "done: .venv/bin/insomnia"
}

main
