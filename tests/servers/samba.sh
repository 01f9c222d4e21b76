#!/usr/bin/env bash
# Two Samba controllers of one domain, each in a network namespace of its own without a way out (10.77.0.11 and .12).
#   samba.sh DIRECTORY [down]
source "$(dirname "$0")/common.sh"
own=$ROOT/samba
admin='Adm1n-Passw0rd!'
address() { echo "10.77.0.1$1"; }
inside() { ip netns exec "desk-dc$1" "${@:2}"; }

if [ "${2:-}" = down ]; then
    for n in 1 2; do
        ended "$own/dc$n/run/samba.pid"
        for process in $(ip netns pids "desk-dc$n" 2> /dev/null); do kill -9 "$process" 2> /dev/null || true; done
        ip link del "desk-v$n" 2> /dev/null || true
        ip netns del "desk-dc$n" 2> /dev/null || true
        rm -rf "/etc/netns/desk-dc$n"
    done
    ip link del desk-br 2> /dev/null || true
    sed -i '/# unbolt test servers$/d' /etc/hosts 2> /dev/null || true
    exit 0
fi

network() {
    ip link show desk-br > /dev/null 2>&1 || { ip link add desk-br type bridge && ip addr add 10.77.0.1/24 dev desk-br && ip link set desk-br up; }
    for n in 1 2; do
        mkdir -p "/etc/netns/desk-dc$n"
        printf 'search desk.test\nnameserver %s\n' "$(address 1)" > "/etc/netns/desk-dc$n/resolv.conf"
        printf '127.0.0.1 localhost\n%s dc1.desk.test dc1\n%s dc2.desk.test dc2\n' "$(address 1)" "$(address 2)" > "/etc/netns/desk-dc$n/hosts"
        ip netns list | grep -qw "desk-dc$n" && continue
        ip netns add "desk-dc$n"
        ip link add "desk-v$n" type veth peer name eth0 netns "desk-dc$n"
        ip link set "desk-v$n" master desk-br up
        ip -n "desk-dc$n" link set lo up
        ip -n "desk-dc$n" link set eth0 up
        ip -n "desk-dc$n" addr add "$(address $n)/24" dev eth0
    done
    grep -q '# unbolt test servers$' /etc/hosts || for n in 1 2; do
        echo "$(address $n) dc$n.desk.test # unbolt test servers" >> /etc/hosts
    done
}

# What each controller keeps for itself.
options() { # number
    local at=$own/dc$1 option
    for option in "pid directory=$at/run" "ncalrpc dir=$at/run/ncalrpc" "winbindd socket directory=$at/run/winbindd" \
        "ntp signd socket directory=$at/run/ntp" "binddns dir=$at/dns" "interfaces=lo eth0" "bind interfaces only=yes" \
        "tls enabled=yes" "tls keyfile=$own/tls/dc$1.key" "tls certfile=$own/tls/dc$1.crt" "tls cafile=$own/tls/ca.crt" \
        "log file=$at/log" "netbios name=DC$1" "printing=bsd" "load printers=no" "disable spoolss=yes"; do
        echo "--option=$option"
    done
}

# The options stay in the controller's own configuration.
keep_options() { # number
    local option
    while read -r option; do
        grep -qi "^[[:space:]]*${option%%=*} =" "$own/dc$1/etc/smb.conf" || sed -i "/^\[global\]/a\\	${option/=/ = }" "$own/dc$1/etc/smb.conf"
    done < <(options "$1" | sed 's/^--option=//')
}

start() { # number
    mkdir -p "$own/dc$1/run"
    alive "$own/dc$1/run/samba.pid" || inside "$1" setsid samba -s "$own/dc$1/etc/smb.conf" -D --option='prefork children=1' -M prefork \
        < /dev/null >> "$own/log" 2>&1
    for port in 636 389 88 53; do listening "$(address "$1")" $port; done
}

replicate() { # to, from, context
    inside "$1" samba-tool drs replicate "dc$1" "dc$2" "$3" -U Administrator --password="$admin" -s "$own/dc$1/etc/smb.conf" >> "$own/log" 2>&1
}

mkdir -p "$own"
network
for n in 1 2; do
    [ -f "$own/tls/dc$n.crt" ] || certificate "$own/tls" "dc$n" "DNS:dc$n.desk.test,DNS:localhost,IP:$(address $n)"
done
mapfile -t one < <(options 1)
mapfile -t two < <(options 2)
if [ ! -f "$own/made" ]; then
    rm -rf "$own/dc1" "$own/dc2"
    mkdir -p "$own/dc1/run" "$own/dc2/run"
    inside 1 samba-tool domain provision --targetdir="$own/dc1" --server-role=dc --realm=DESK.TEST --domain=DESK --host-name=DC1 \
        --host-ip="$(address 1)" --adminpass="$admin" --dns-backend=SAMBA_INTERNAL --site=Berlin "${one[@]}" > "$own/log" 2>&1 \
        || { tail -20 "$own/log" >&2; exit 1; }
    keep_options 1
    /usr/bin/python3 "$HERE/samba_people.py" "$own/dc1/etc/smb.conf" "$USERS" >> "$own/log" 2>&1 || { tail -20 "$own/log" >&2; exit 1; }
    start 1
    inside 2 samba-tool domain join desk.test DC -U Administrator --password="$admin" --server=dc1.desk.test --targetdir="$own/dc2" \
        --dns-backend=SAMBA_INTERNAL "${two[@]}" >> "$own/log" 2>&1 || { tail -20 "$own/log" >&2; exit 1; }
    keep_options 2
    start 2
    for context in CN=Configuration,DC=desk,DC=test DC=desk,DC=test; do
        for _ in $(seq 60); do replicate 2 1 $context && replicate 1 2 $context && break; sleep 1; done
    done
    # The second controller's own records, which it can't write by itself here.
    inside 2 samba_dnsupdate -s "$own/dc2/etc/smb.conf" --use-samba-tool >> "$own/log" 2>&1 || true
    touch "$own/made"
fi
start 1
start 2
cat << OUT
SAMBA_URLS=ldaps://dc1.desk.test,ldaps://dc2.desk.test
SAMBA_STARTTLS=ldap://dc1.desk.test
SAMBA_DNS=$(address 1)
SAMBA_BASE=DC=desk,DC=test
SAMBA_CA=$own/tls/ca.crt
OUT
