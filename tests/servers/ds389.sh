#!/usr/bin/env bash
# 389 Directory Server, two suppliers that replicate (127.0.0.1:27636 and :28636). It creates instances under /etc/dirsrv.
#   ds389.sh DIRECTORY [down]
source "$(dirname "$0")/common.sh"
BASE=dc=desk,dc=test
own=$ROOT/ds389
manager="cn=Directory Manager" manager_password=Dir-Manager-Pw1

plain() { echo $((26389 + 1000 * $1)); }
secure() { echo $((26636 + 1000 * $1)); }
process() { echo "/run/dirsrv/slapd-desk$1.pid"; }

if [ "${2:-}" = down ]; then
    for n in 1 2; do
        ended "$(process $n)"
        [ ! -d "/etc/dirsrv/slapd-desk$n" ] || dsctl "desk$n" remove --do-it > /dev/null 2>&1 || true
    done
    exit 0
fi

instance() { # number
    local n=$1 at=/etc/dirsrv/slapd-desk$1
    if [ ! -f "$own/made$n" ]; then
        [ ! -d "$at" ] || dsctl "desk$n" remove --do-it > "$own/log" 2>&1 || rm -rf "$at"
        printf '%s\n' "[general]" "full_machine_name = localhost" "start = False" "strict_host_checking = False" \
            "[slapd]" "instance_name = desk$n" "port = $(plain "$n")" "secure_port = $(secure "$n")" "root_dn = $manager" \
            "root_password = $manager_password" "self_sign_cert = True" \
            "[backend-userroot]" "suffix = $BASE" "create_suffix_entry = True" "sample_entries = no" > "$own/desk$n.inf"
        # While it is made it would listen on every address: in a network of its own nobody hears it.
        unshare -n sh -c "ip link set lo up && dscreate from-file '$own/desk$n.inf'" > "$own/log" 2>&1 || { cat "$own/log" >&2; return 1; }
        certutil -D -d "$at" -n Server-Cert -f "$at/pwdfile.txt" > /dev/null 2>&1 || true
        pk12util -i "$own/tls/server.p12" -d "$at" -k "$at/pwdfile.txt" -W x > /dev/null
        certutil -A -d "$at" -n authority -t CT,C, -i "$own/tls/ca.crt" -f "$at/pwdfile.txt"
        python3 - "$at/dse.ldif" << 'PY'
import sys
path = sys.argv[1]
lines = open(path).read().split("\n")
at = next(n for n, line in enumerate(lines) if line.startswith("nsslapd-port:"))
lines[at:at] = ["nsslapd-listenhost: 127.0.0.1", "nsslapd-securelistenhost: 127.0.0.1", "passwordLockout: on", "passwordMaxFailure: 3",
                "passwordLockoutDuration: 1800", "passwordResetFailureCount: 1800", "passwordUnlock: on"]
open(path, "w").write("\n".join(lines))
PY
        chown -R dirsrv:dirsrv "$at"
        if [ "$n" = 1 ]; then
            install -o dirsrv -g dirsrv "$own/people.ldif" /var/lib/dirsrv/slapd-desk1/ldif/people.ldif
            dsctl desk1 ldif2db userroot /var/lib/dirsrv/slapd-desk1/ldif/people.ldif > "$own/log" 2>&1 || { cat "$own/log" >&2; return 1; }
        fi
        touch "$own/made$n"
    fi
    alive "$(process "$n")" || ns-slapd -D "$at" -i "$(process "$n")" < /dev/null >> "$own/log" 2>&1
    listening 127.0.0.1 "$(secure "$n")"
}

mkdir -p "$own" /run/dirsrv
chown dirsrv:dirsrv /run/dirsrv
# Its tools ask systemd otherwise, which a container hasn't.
sed -i 's/^with_systemd *=.*/with_systemd = 0/' /usr/share/dirsrv/inf/defaults.inf
if [ ! -f "$own/tls/server.p12" ]; then
    certificate "$own/tls" localhost "DNS:localhost,DNS:$(hostname),IP:127.0.0.1"
    openssl pkcs12 -export -name Server-Cert -in "$own/tls/localhost.crt" -inkey "$own/tls/localhost.key" \
        -certfile "$own/tls/ca.crt" -out "$own/tls/server.p12" -passout pass:x
fi
python3 "$HERE/people.py" ds389 "$BASE" "$USERS" > "$own/people.ldif"
instance 1
instance 2
if [ ! -f "$own/replicated" ]; then
    of() { dsconf -D "$manager" -w "$manager_password" "ldap://127.0.0.1:$(plain "$1")" "${@:2}" >> "$own/log" 2>&1; }
    login=(--bind-dn "cn=replication manager,cn=config" --bind-passwd Repl-Manager-Pw1)
    for n in 1 2; do of $n replication enable --suffix "$BASE" --role supplier --replica-id $n "${login[@]}"; done
    of 1 repl-agmt create --suffix "$BASE" --host 127.0.0.1 --port "$(plain 2)" --conn-protocol LDAP --bind-method SIMPLE "${login[@]}" --init to2
    of 2 repl-agmt create --suffix "$BASE" --host 127.0.0.1 --port "$(plain 1)" --conn-protocol LDAP --bind-method SIMPLE "${login[@]}" to1
    for _ in $(seq 300); do
        ldapsearch -x -LLL -H "ldap://127.0.0.1:$(plain 2)" -D "$manager" -w "$manager_password" -b "uid=alice,ou=people,$BASE" -s base dn 2> /dev/null | grep -q ^dn && break
        sleep 0.2
    done
    touch "$own/replicated"
fi
cat << OUT
DS389_URLS=ldaps://localhost:$(secure 1),ldaps://localhost:$(secure 2)
DS389_BASE=$BASE
DS389_CA=$own/tls/ca.crt
OUT
