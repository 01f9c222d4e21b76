# What the scripts share. ROOT is where everything of the servers is kept; give a place in RAM (/dev/shm/…).
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
ROOT=${1:?the directory that the servers are kept in}
USERS=${USERS:-20}
USER_PASSWORD='User-Passw0rd!'
DESK_PASSWORD='Help-Desk-Pw1!'
NO_RIGHTS_PASSWORD='No-Rights-Pw1!'

# An authority of our own, and a certificate for these names (subjectAltName).
certificate() { # directory, file name, alternative names
    mkdir -p "$1"
    if [ ! -f "$1/ca.crt" ]; then
        openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=unbolt test authority" \
            -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$1/ca.key" -out "$1/ca.crt" 2> "$1/log"
    fi
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" -keyout "$1/$2.key" -out "$1/$2.csr" 2>> "$1/log"
    openssl x509 -req -days 30 -in "$1/$2.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial -out "$1/$2.crt" \
        -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$3") 2>> "$1/log"
    chmod 600 "$1/$2.key"
}

# Waits until something listens there.
listening() { # host, port
    for _ in $(seq 600); do
        (exec 3<> "/dev/tcp/$1/$2") 2> /dev/null && return 0
        sleep 0.1
    done
    echo "nothing listens on $1:$2" >&2
    return 1
}

alive() { # file with a process id
    [ -s "$1" ] && kill -0 "$(cat "$1")" 2> /dev/null
}

# Ends a process and waits for its end.
ended() { # file with a process id
    alive "$1" || return 0
    kill "$(cat "$1")"
    for _ in $(seq 100); do
        alive "$1" || return 0
        sleep 0.1
    done
    kill -9 "$(cat "$1")" 2> /dev/null || true
}
