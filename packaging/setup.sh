#!/usr/bin/env bash
# Installs what is missing for a purpose: setup.sh build|libcurl|test|demo|bench
# Debian packages come from apt; Python packages for comparisons go into a virtual environment under .build.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-build}

packages=(libuv1-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev libnghttp2-dev zlib1g-dev libyaml-dev pkg-config)
python_packages=()
case $purpose in
build) ;;
libcurl) packages+=(dpkg-dev build-essential) ;;
test)
    packages+=(docker.io iptables conntrack docker-registry busybox-static python3-venv curl iproute2 procps
        nginx-light nghttp2-client prometheus openssl podman runc systemd strace faketime python3)
    python_packages=(h11 httptools schemathesis==4.32.5)
    ;;
demo) packages+=(docker.io iptables busybox-static curl) ;;
bench)
    packages+=(docker.io iptables busybox-static nginx-light libnginx-mod-stream wrk procps binutils python3 util-linux
        openssh-server openssh-client)
    ;;
*)
    echo "setup.sh: unknown purpose '$purpose'; expected build, libcurl, test, demo or bench" >&2
    exit 2
    ;;
esac

if ! command -v swift >/dev/null; then
    echo "setup.sh: no 'swift' on the PATH; install Swift 6.2 or 6.3 from https://swift.org/install first" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    sudo=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "setup.sh: as root, install: apt-get install ${missing[*]}" >&2
            exit 1
        }
        sudo=sudo
    fi
    echo "setup: installing ${missing[*]}"
    log=$(mktemp)
    if ! { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y \
        --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -20 "$log" >&2
        echo "setup.sh: apt-get failed; the whole output is in $log" >&2
        exit 1
    fi
    rm -f "$log"
fi

if [ ${#python_packages[@]} -gt 0 ]; then
    venv=.build/python
    if ! "$venv/bin/python" -c "$(printf 'import %s\n' "${python_packages[@]%%=*}")" 2>/dev/null; then
        echo "setup: python packages ${python_packages[*]} into $venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check "${python_packages[@]}"
    fi
fi
