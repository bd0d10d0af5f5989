#!/usr/bin/env bash
# Starts etcd and kube-apiserver on loopback, or what of the two does not run.
#   start.sh FOLDER [PORT] [ETCD_PORT]     default ports: 16443 and 12379
# All they have lies in FOLDER: keys, data, logs, and process ids in etcd.pid and apiserver.pid. Returns when the server
# is ready. With OWNER=PID in the environment both are stopped, and FOLDER removed, when that process is gone.
# APISERVER_FLAGS adds flags. RBAC is on. The kubeconfig in FOLDER has the contexts admin (who may do everything, by
# client certificate), limited (who may do nothing, by token) and limited-certificate (the same by certificate);
# admin.token and limited.token hold tokens of the two users, and ca.crt what the server's certificate chains to.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "${1:?usage: start.sh FOLDER [PORT] [ETCD_PORT]}"
chmod 700 "$1"
cd "$1"
folder=$PWD
port=${2:-16443}
etcd_port=${3:-12379}
programs=$("$here/build.sh")
server=https://127.0.0.1:$port
etcd=http://127.0.0.1:$etcd_port

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# A certificate of the authority for one use: name, subject, use, other extensions.
issue() {
  new_key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out "$1.crt" \
    -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n%s\n' "$3" "${4:-}") 2>/dev/null
}

make_keys() {
  umask 077
  new_key ca
  openssl req -x509 -key ca.key -days 3650 -subj "/CN=kubernetes-of-tests" -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  issue apiserver "/CN=kube-apiserver" serverAuth "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc"
  issue admin "/O=system:masters/CN=admin" clientAuth
  issue limited "/CN=limited" clientAuth
  openssl genrsa -out service-accounts.key 2048 2>/dev/null
  openssl rand -hex 16 > admin.token
  openssl rand -hex 16 > limited.token
  # One line per token: the token, the user, the user's id, groups.
  printf '%s,admin,1,system:masters\n%s,limited,2\n' "$(cat admin.token)" "$(cat limited.token)" > tokens.csv
  cat > kubeconfig <<CONFIG
apiVersion: v1
kind: Config
current-context: admin
clusters:
- { name: tests, cluster: { server: "$server", certificate-authority: "$folder/ca.crt" } }
users:
- { name: admin, user: { client-certificate: "$folder/admin.crt", client-key: "$folder/admin.key" } }
- { name: limited, user: { tokenFile: "$folder/limited.token" } }
- { name: limited-certificate, user: { client-certificate: "$folder/limited.crt", client-key: "$folder/limited.key" } }
contexts:
- { name: admin, context: { cluster: tests, user: admin } }
- { name: limited, context: { cluster: tests, user: limited } }
- { name: limited-certificate, context: { cluster: tests, user: limited-certificate } }
CONFIG
}

# A process that ended and that nobody waits for does not count.
runs() { [ -s "$1.pid" ] && grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$(cat "$1.pid")/status"; }

# Runs a program in the background, apart from this terminal: its name, the program, its arguments.
launch() {
  local name=$1
  shift
  setsid "$@" >> "$name.log" 2>&1 < /dev/null &
  echo $! > "$name.pid"
}

# Waits until a program answers: its name, what to ask for with curl.
await() {
  local name=$1 tries=0
  shift
  until curl --silent --fail --max-time 5 --output /dev/null "$@"; do
    runs "$name" || { echo "$name ended: $(tail -n 20 "$folder/$name.log")" >&2; exit 1; }
    [ $((tries += 1)) -lt 600 ] || { echo "$name is not ready: $(tail -n 20 "$folder/$name.log")" >&2; exit 1; }
    sleep 0.2
  done
}

[ -s kubeconfig ] || make_keys

if ! runs etcd; then
  # One member needs no port for peers: it takes any, and the address it tells is never used.
  launch etcd "$programs/etcd" --name tests --data-dir "$folder/etcd" --listen-client-urls "$etcd" --advertise-client-urls "$etcd" \
    --listen-peer-urls http://127.0.0.1:0 --initial-advertise-peer-urls http://127.0.0.1:1 --initial-cluster tests=http://127.0.0.1:1
fi

await etcd "$etcd/health"

if ! runs apiserver; then
  # The address that would be told to a cluster is loopback, which is refused: nobody is told.
  # shellcheck disable=SC2086
  launch apiserver "$programs/kube-apiserver" --etcd-servers="$etcd" --bind-address=127.0.0.1 --secure-port="$port" \
    --tls-cert-file=apiserver.crt --tls-private-key-file=apiserver.key --client-ca-file=ca.crt --token-auth-file=tokens.csv \
    --authorization-mode=RBAC --service-cluster-ip-range=10.0.0.0/24 --endpoint-reconciler-type=none \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=service-accounts.key \
    --service-account-signing-key-file=service-accounts.key --disable-admission-plugins=ServiceAccount --profiling=false ${APISERVER_FLAGS:-}
fi

await apiserver --cacert ca.crt --header "Authorization: Bearer $(cat admin.token)" "$server/readyz"

if [ -n "${OWNER:-}" ] && ! runs guard; then
  launch guard bash -c 'tail --pid="$0" -f /dev/null; exec "$1" "$2" --remove' "$OWNER" "$here/stop.sh" "$folder"
fi
