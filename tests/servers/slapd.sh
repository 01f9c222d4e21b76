#!/usr/bin/env bash
# OpenLDAP with ppolicy, twice: two servers with a state of their own each (127.0.0.1:21636 and :21637).
#   slapd.sh DIRECTORY [down]
source "$(dirname "$0")/common.sh"
BASE=dc=desk,dc=test
own=$ROOT/slapd

one() { # number
    local at=$own/$1
    if [ ! -d "$at/config" ]; then
        mkdir -p "$at/config" "$at/data"
        slapadd -F "$at/config" -n 0 << LDIF
dn: cn=config
objectClass: olcGlobal
cn: config
olcPidFile: $at/pid
olcTLSCACertificateFile: $own/tls/ca.crt
olcTLSCertificateFile: $own/tls/localhost.crt
olcTLSCertificateKeyFile: $own/tls/localhost.key

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: ppolicy

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase=mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: mdb
olcSuffix: $BASE
olcRootDN: cn=admin,$BASE
olcRootPW: Admin-Pw1
olcDbDirectory: $at/data
olcDbMaxSize: 268435456
olcDbIndex: objectClass,uid,cn,mail,entryUUID eq
olcDbIndex: pwdAccountLockedTime pres,eq
olcLimits: users size.soft=500 size.hard=500 size.pr=300 size.prtotal=unlimited
olcAccess: to attrs=userPassword by anonymous auth by * none
olcAccess: to dn.subtree="ou=people,$BASE" attrs=pwdAccountLockedTime by dn.exact="uid=helpdesk,ou=staff,$BASE" write by users read
olcAccess: to * by users read by * none

dn: olcOverlay=ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcOverlayConfig
objectClass: olcPPolicyConfig
olcOverlay: ppolicy
olcPPolicyDefault: cn=default,ou=policies,$BASE
olcPPolicyUseLockout: TRUE
LDIF
        slapadd -q -F "$at/config" -n 1 -l "$own/people.ldif"
    fi
    alive "$at/pid" || slapd -F "$at/config" -h "ldap://127.0.0.1:$((21388 + $1)) ldaps://127.0.0.1:$((21635 + $1))"
    listening 127.0.0.1 $((21635 + $1))
}

if [ "${2:-}" = down ]; then
    ended "$own/1/pid"
    ended "$own/2/pid"
    exit 0
fi
[ -f "$own/tls/localhost.crt" ] || certificate "$own/tls" localhost "DNS:localhost,DNS:$(hostname),IP:127.0.0.1"
python3 "$HERE/people.py" openldap "$BASE" "$USERS" > "$own/people.ldif"
one 1
one 2
cat << OUT
SLAPD_URLS=ldaps://localhost:21636,ldaps://localhost:21637
SLAPD_STARTTLS=ldap://localhost:21389
SLAPD_BASE=$BASE
SLAPD_CA=$own/tls/ca.crt
OUT
