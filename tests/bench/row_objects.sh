#!/bin/bash
# GET /objects of 100 MB over loopback beside nginx (sendfile on), interleaved, median of
# five. Prints: name | ours | peer | ratio | goal. Needs nginx and curl.
set -eu
bin=${TRAMTIN_BIN:-$(pwd)/build/bin}
dir=$(mktemp -d /tmp/tramtin-bench.XXXXXX)
server='' peer=''
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$peer" ] || kill "$peer" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap finish EXIT

head -c 100000000 /dev/urandom >"$dir/object"
name=$(sha256sum "$dir/object" | cut -d' ' -f1)
mkdir -p "$dir/data/objects/${name:0:2}" "$dir/www/objects" "$dir/temp"
ln "$dir/object" "$dir/data/objects/${name:0:2}/${name:2}"
ln "$dir/object" "$dir/www/objects/$name"
chmod 755 "$dir" "$dir/www" "$dir/www/objects"
chmod 644 "$dir/object"

"$bin/tramtin-server" --data "$dir/data" --listen 127.0.0.1:0 >"$dir/out" 2>"$dir/log" &
server=$!
until grep -q '^listening on' "$dir/out"; do sleep 0.05; done
ours=http://$(sed -n 's/^listening on //p' "$dir/out")

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$dir/nginx.conf" <<END
daemon off; pid $dir/nginx.pid; error_log $dir/nginx.log; worker_processes 2;
events { worker_connections 1024; }
http {
    access_log off; sendfile on; tcp_nopush on;
    client_body_temp_path $dir/temp/a; proxy_temp_path $dir/temp/b;
    fastcgi_temp_path $dir/temp/c; uwsgi_temp_path $dir/temp/d; scgi_temp_path $dir/temp/e;
    server { listen 127.0.0.1:$port; root $dir/www; }
}
END
nginx -c "$dir/nginx.conf" 2>/dev/null &
peer=$!
until curl -sf -o /dev/null -r 0-0 "http://127.0.0.1:$port/objects/$name"; do sleep 0.05; done

speed() { # bytes per second of one download
    curl -sf -o /dev/null -w '%{speed_download}\n' "$1/objects/$name"
}
speed "$ours" >/dev/null
speed "http://127.0.0.1:$port" >/dev/null
for _ in 1 2 3 4 5; do
    speed "$ours" >>"$dir/ours"
    speed "http://127.0.0.1:$port" >>"$dir/peer"
done
median() { sort -n "$1" | sed -n 3p; }
awk -v a="$(median "$dir/ours")" -v b="$(median "$dir/peer")" 'BEGIN {
    printf "GET /objects, 100 MB | %.0f MB/s | nginx %.0f MB/s | %.2f | >= 0.9\n",
        a / 1e6, b / 1e6, a / b }'
