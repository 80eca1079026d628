/// The script that runs a private Docker daemon and leaves nothing behind.
enum DockerSupervisor {
    /// Takes the folder and a number for names and addresses.
    ///
    /// Commands on standard input: `start`, `start_live` (its containers outlive the daemon), `start_tls`
    /// (on TCP too), `stop` (as a shutdown does), `crash` (as a power cut does: daemon, shims and containers killed). At the end of the input
    /// everything is stopped and removed. After each command its count is written to `<folder>/done`.
    static let script = #"""
        folder=$1 number=$2 daemon= count=0 more=
        bridge=fxt$number
        mount_cgroups() {
            grep -q ' cgroup2\? ' /proc/mounts && return
            mount -t tmpfs cgroup /sys/fs/cgroup || return
            while read -r name rest; do
                case $name in [!a-z]*) continue ;; esac
                mkdir -p /sys/fs/cgroup/$name && mount -t cgroup -o $name cgroup /sys/fs/cgroup/$name
            done </proc/cgroups
        }
        make_bridge() {
            ip link show $bridge >/dev/null 2>&1 && return
            block=$(($number % 8192))
            while ip -4 -o addr show | grep -q " 10.$((200 + $block / 256)).$(($block % 256)).1/"; do
                block=$((($block + 1) % 8192))
            done
            ip link add name $bridge type bridge
            ip addr add 10.$((200 + $block / 256)).$(($block % 256)).1/24 dev $bridge
            ip link set $bridge up
        }
        start() {
            mount_cgroups
            make_bridge
            rm -f "$folder/docker.pid"
            # Without iptables two daemons do not rewrite each other's rules; docker-proxy serves published ports.
            dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" \
                -H "unix://$folder/docker.sock" --bridge $bridge --iptables=false --ip6tables=false \
                --ip-masq=false --ip-forward=false --containerd-namespace $bridge \
                --containerd-plugins-namespace $bridge-plugins --shutdown-timeout 5 $more \
                </dev/null >>"$folder/dockerd.log" 2>&1 &
            daemon=$!
        }
        start_live() {
            more=--live-restore
            start
        }
        start_tls() {
            more="--tlsverify --tlscacert $folder/tls/ca.pem --tlscert $folder/tls/server.pem"
            more="$more --tlskey $folder/tls/server.key -H tcp://127.0.0.1:$(cat "$folder/tls/port")"
            start
        }
        # Shims and their containers, the engine's own containerd and its proxies.
        kill_rest() {
            victims=
            for process in /proc/[0-9]*; do
                line=$(tr '\0' ' ' 2>/dev/null <$process/cmdline) || continue
                case $line in
                *"$folder/exec"* | *"$folder/data"* | *"containerd-shim"*"-namespace $bridge "*)
                    id=${process#/proc/}
                    [ "$id" = $$ ] && continue
                    victims="$victims $id $(cat /proc/$id/task/*/children 2>/dev/null)"
                    ;;
                esac
            done
            [ -z "$victims" ] || kill -KILL $victims 2>/dev/null
        }
        unmount() {
            grep " $folder/" /proc/mounts | cut -d ' ' -f 2 | sort -r | while read -r at; do umount -l "$at"; done
        }
        stop() {
            [ -n "$daemon" ] || return
            kill -TERM $daemon 2>/dev/null
            tries=0
            while kill -0 $daemon 2>/dev/null && [ $tries -lt 150 ]; do
                sleep 0.1
                tries=$((tries + 1))
            done
            kill -KILL $daemon 2>/dev/null
            wait $daemon 2>/dev/null
            daemon=
        }
        crash() {
            kill -KILL $daemon 2>/dev/null
            wait $daemon 2>/dev/null
            daemon=
            kill_rest
            unmount
            rm -rf "$folder/exec" "$folder/docker.sock" "$folder/docker.pid"
        }
        trap '' HUP
        while read -r command; do
            $command
            count=$((count + 1))
            echo $count >"$folder/done.new" && mv "$folder/done.new" "$folder/done"
        done
        stop
        kill_rest
        sleep 0.1
        kill_rest
        unmount
        ip link del $bridge
        rm -rf "$folder"
        """#
}
