#!/usr/bin/env bash
# Makes a small web server image from Debian's busybox: demo-image.sh DOCKER_HOST IMAGE [VERSION]
# The page says which container answered; init obeys SIGTERM at once.
set -euo pipefail
docker_host=$1
image=$2
version=${3:-1}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,www,tmp,etc}
cp "$(command -v busybox)" "$root/bin/busybox"
for tool in sh httpd hostname sleep echo cat; do ln -s busybox "$root/bin/$tool"; done
printf 'root:x:0:0::/:/bin/sh\n' >"$root/etc/passwd"
cat >"$root/init" <<INIT
#!/bin/sh
echo "hello from \$(hostname), version $version" >/www/index.html
trap 'kill \$server; exit 0' TERM INT
httpd -f -p "\${PORT:-80}" -h /www &
server=\$!
wait \$server
INIT
chmod 0755 "$root/init"
tar -C "$root" -c . | docker -H "$docker_host" import --change 'CMD ["/init"]' --change 'EXPOSE 80' - "$image" >/dev/null
