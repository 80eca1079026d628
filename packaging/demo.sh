#!/usr/bin/env bash
# From nothing to two replicas that answer: builds, starts Docker if none runs, starts fledx-cp --standalone,
# deploys, curls both, prints the status. ONCE=1 tears everything down again and exits 0 or 1.
# `demo.sh stop` ends what an earlier run left: fledx-cp, its containers, its private dockerd.
set -euo pipefail
cd "$(dirname "$0")/.."
once=${ONCE:-0}
state=${FLEDX_DEMO_DIR:-.build/demo}
image=fledx-demo/httpd:1
export PATH=$PATH:/usr/sbin:/sbin

say() { printf '\033[1mdemo:\033[0m %s\n' "$*"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

# Says that something is still at work: all the time on a terminal, every 10 s elsewhere.
tick() {
    local what=$1 elapsed=$2
    if [ -t 1 ]; then
        printf '\r  %s … %ds ' "$what" "$elapsed"
    elif [ "$elapsed" -ge "$next_tick" ]; then
        printf '  %s … %ds\n' "$what" "$elapsed"
        next_tick=$((elapsed + 10))
    fi
}

# Whether a process is that program and no zombie.
runs() {
    [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

# Whether a pid file names a living process of that program; prints its pid.
living() {
    local file=$1 program=$2 pid
    [ -s "$file" ] || return 1
    pid=$(tr -cd 0-9 <"$file")
    [ -n "$pid" ] && runs "$pid" "$program" && echo "$pid"
}

# Ends the process of a pid file and waits for it.
end() {
    local file=$1 program=$2 pid
    if ! pid=$(living "$file" "$program"); then
        echo "  $program: does not run"
        rm -f "$file"
        return 0
    fi
    kill "$pid"
    for _ in $(seq 200); do
        runs "$pid" "$program" || break
        sleep 0.1
    done
    if runs "$pid" "$program"; then
        echo "  $program: pid $pid did not end within 20 s" >&2
        return 1
    fi
    rm -f "$file"
    echo "  $program: stopped (pid $pid)"
}

# Removes the folders of the demo's dockerd, which may leave what it mounted there (a root file system that is not
# shared makes it mount its own folder).
remove_docker() {
    local at
    { grep " $(cd "$state" && pwd)/docker" /proc/mounts || true; } | cut -d ' ' -f 2 | sort -r |
        while read -r at; do umount -l "$at"; done
    rm -rf "$state/docker" "$state/docker-exec" "$state/docker-host"
}

# Removes the containers of the demo's nodes: the labels name them, nobody else's are touched.
remove_containers() {
    local host=$1 node found count=0
    [ -s "$state/nodes" ] || return 0
    while read -r node; do
        [ -n "$node" ] || continue
        found=$(docker -H "$host" ps -aq --filter "label=fledx.node_id=$node" 2>/dev/null) || return 0
        [ -z "$found" ] || {
            docker -H "$host" rm -f $found >/dev/null
            count=$((count + $(wc -w <<<"$found")))
        }
    done <"$state/nodes"
    rm -f "$state/nodes"
    echo "  containers of an earlier demo: $count removed"
}

stop_demo() {
    local host
    [ -d "$state" ] || {
        echo "  no demo was started here ($state)"
        return 0
    }
    state=$(cd "$state" && pwd)
    end "$state/fledx-cp.pid" fledx-cp
    host=$(cat "$state/docker-host" 2>/dev/null || echo unix:///var/run/docker.sock)
    remove_containers "$host"
    if [ -e "$state/docker.pid" ]; then
        end "$state/docker.pid" dockerd
        remove_docker
    fi
    echo "  logs and database stay in $state"
}

if [ "${1:-}" = stop ]; then
    say "stop"
    stop_demo
    exit 0
fi

# Runs a command and shows that it is still at work.
progress() {
    local what=$1 log started
    shift
    log=$state/$(echo "$what" | tr -c 'a-z0-9\n' '-').log
    started=$SECONDS next_tick=10
    "$@" >"$log" 2>&1 &
    local pid=$!
    while kill -0 $pid 2>/dev/null; do
        tick "$what" $((SECONDS - started))
        sleep 0.5
    done
    [ -t 1 ] && printf '\r'
    if ! wait $pid; then
        tail -20 "$log" >&2
        fail "$what failed; the whole output is in $log"
    fi
    printf '  %s: done in %ds\n' "$what" $((SECONDS - started))
}

# Waits until a command succeeds.
await() {
    local what=$1 seconds=$2 started=$SECONDS next_tick=10
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ $((SECONDS - started)) -lt "$seconds" ] || fail "$what took longer than ${seconds}s; see $state/*.log"
        tick "$what" $((SECONDS - started))
        sleep 0.1
    done
    [ -t 1 ] && printf '\r'
    printf '  %s: ready after %ds\n' "$what" $((SECONDS - started))
}

mkdir -p "$state"
state=$(cd "$state" && pwd)
cp_pid="" dockerd_pid=""
stop_everything() {
    local code=$?
    trap - EXIT INT TERM
    if [ -n "${fledx:-}" ] && [ -n "$cp_pid" ] && kill -0 "$cp_pid" 2>/dev/null; then
        say "tearing down"
        "$fledx" deployments delete web >/dev/null 2>&1 || true
        for _ in $(seq 100); do
            [ -n "$(docker -H "$docker_host" ps -q --filter label=fledx.deployment_name=web)" ] || break
            sleep 0.1
        done
        kill "$cp_pid" && wait "$cp_pid" 2>/dev/null || true
    fi
    if [ -n "$dockerd_pid" ]; then
        kill "$dockerd_pid" 2>/dev/null && wait "$dockerd_pid" 2>/dev/null || true
        remove_docker
        rm -f "$state/docker.pid"
    fi
    rm -f "$state/fledx-cp.pid" "$state/nodes"
    exit $code
}

if pid=$(living "$state/fledx-cp.pid" fledx-cp); then
    trap - EXIT INT TERM
    fail "an earlier demo runs (pid $pid); end it with: make demo-stop"
fi
say "1/5 build"
progress "release build" packaging/build.sh
bin=$(tail -1 "$state/release-build.log")
fledx=$bin/fledx

say "2/5 docker"
trap stop_everything EXIT INT TERM
docker_host=unix:///var/run/docker.sock
if docker -H "$docker_host" version >/dev/null 2>&1; then
    echo "  using the Docker that runs"
else
    docker_host=unix://$state/docker.sock
    if ! docker -H "$docker_host" version >/dev/null 2>&1; then
        [ "$(id -u)" -eq 0 ] || fail "no Docker runs here and only root can start one"
        setsid dockerd --data-root "$state/docker" --exec-root "$state/docker-exec" --pidfile "$state/docker.pid" \
            -H "$docker_host" >"$state/dockerd.log" 2>&1 &
        dockerd_pid=$!
        echo "  starting a private dockerd (pid $dockerd_pid)"
        await "private dockerd" 60 docker -H "$docker_host" version
    fi
fi
if [ -z "$dockerd_pid" ] && pid=$(living "$state/docker.pid" dockerd); then
    echo "  using the private dockerd of an earlier demo (pid $pid)"
fi
echo "$docker_host" >"$state/docker-host"
remove_containers "$docker_host"
progress "image from busybox" packaging/demo-image.sh "$docker_host" "$image"

say "3/5 control plane with an agent inside"
export FLEDX_CP_DATABASE_URL=sqlite://$state/fledx.db
export FLEDX_CP_SERVER_HOST=127.0.0.1
export FLEDX_CP_SERVER_PORT=${FLEDX_DEMO_PORT:-8080}
export FLEDX_CP_PORTS_AUTO_ASSIGN=true
export FLEDX_AGENT_DOCKER_HOST=$docker_host
url=http://127.0.0.1:$FLEDX_CP_SERVER_PORT
if curl -fs "$url/livez" >/dev/null 2>&1; then
    fail "something already answers on $url; stop it or set FLEDX_DEMO_PORT (see who: ss -ltnp 'sport = :$FLEDX_CP_SERVER_PORT')"
fi
rm -rf "$state"/fledx.db* "$state"/agent
(umask 077 && : >"$state/fledx-cp.log") # the first start prints the operator token
chmod 600 "$state/fledx-cp.log"
setsid "$bin/fledx-cp" --standalone >"$state/fledx-cp.log" 2>&1 &
cp_pid=$!
echo "$cp_pid" >"$state/fledx-cp.pid"
await "fledx-cp on $url" 20 curl -fs "$url/readyz"
token=$(sed -n 's/^FLEDX_CP_OPERATOR_TOKENS=//p' "$state/fledx.db.secrets" | cut -d, -f1)
[ -n "$token" ] || fail "no operator token in $state/fledx.db.secrets"
export FLEDX_CLI_CONTROL_PLANE_URL=$url FLEDX_CLI_OPERATOR_TOKEN=$token
node_ready() { "$fledx" nodes list | grep -qw ready; }
await "node" 30 node_ready
"$fledx" nodes list --json | sed -n 's/.*"node_id": *"\([^"]*\)".*/\1/p' >"$state/nodes"

say "4/5 deploy two replicas"
"$fledx" deployments create --name web --image "$image" --replicas 2 --port 80
running() { "$fledx" deployments status web --json | grep -q '"replicas_ready": *2'; }
await "two replicas" 60 running

say "5/5 curl both"
endpoints=$("$fledx" deployments status web --json | grep -o '"host_port": *[0-9]*' | grep -o '[0-9]*$' | sort -u)
answered=0
for port in $endpoints; do
    printf '  curl http://127.0.0.1:%s → ' "$port"
    curl -fsS --max-time 5 "http://127.0.0.1:$port" && answered=$((answered + 1))
done
"$fledx" deployments status web
[ "$answered" -ge 2 ] || fail "only $answered of 2 replicas answered"

if [ "$once" = 1 ]; then
    say "all good; ONCE=1, so everything is torn down"
    exit 0
fi
trap - EXIT INT TERM
cat <<HOW

It runs. Go on with:
  export FLEDX_CLI_CONTROL_PLANE_URL=$url
  export FLEDX_CLI_OPERATOR_TOKEN=$token
  alias fledx=$fledx
  fledx deployments update web --replicas 3
  fledx deployments status web --watch
  fledx nodes list
  curl -H "Authorization: Bearer $token" $url/api/v1/deployments
Logs: $state/fledx-cp.log (pid $cp_pid$(pid=$(living "$state/docker.pid" dockerd) && echo ", private dockerd: pid $pid"))
Stop everything: make demo-stop
HOW
