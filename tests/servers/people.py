"""The people of the test servers, as LDIF: people.py openldap|ds389 BASE NUMBER."""
import base64
import hashlib
import sys
import uuid

kind, base, number = sys.argv[1], sys.argv[2], int(sys.argv[3])


def hashed(password):
    salt = b"of no use"
    return "{SSHA}" + base64.b64encode(hashlib.sha1(password.encode() + salt).digest() + salt).decode()


def entry(dn, *lines):
    print("\n".join([f"dn: {dn}", *lines, ""]))


def person(uid, password, unit="people", *more):
    classes = ["top", "person", "organizationalPerson", "inetOrgPerson"]
    # Replicas of one directory know an entry by one id.
    more = (f"entryUUID: {uuid.uuid5(uuid.NAMESPACE_X500, uid)}", *more) if kind == "openldap" else more
    entry(f"uid={uid},ou={unit},{base}", *[f"objectClass: {name}" for name in classes], f"uid: {uid}", f"cn: {uid.title()} Test",
          f"sn: {uid}", f"mail: {uid}@desk.test", f"userPassword: {hashed(password)}", *more)


desk = f"uid=helpdesk,ou=staff,{base}"
if kind == "openldap":
    entry(base, "objectClass: dcObject", "objectClass: organization", "dc: desk", "o: Desk")
    entry(f"ou=policies,{base}", "objectClass: organizationalUnit", "ou: policies")
    for name, most, length in [("default", 3, 1800), ("short", 2, 2)]:
        entry(f"cn={name},ou=policies,{base}", "objectClass: device", "objectClass: pwdPolicy", f"cn: {name}", "pwdAttribute: userPassword",
              "pwdLockout: TRUE", f"pwdMaxFailure: {most}", f"pwdLockoutDuration: {length}", "pwdFailureCountInterval: 1800")
    entry(f"ou=people,{base}", "objectClass: organizationalUnit", "ou: people")
    special = [("erin", f"pwdPolicySubentry: cn=short,ou=policies,{base}"), ("perma", "pwdAccountLockedTime: 000001010000Z")]
else:
    entry(base, "objectClass: top", "objectClass: domain", "dc: desk",
          'aci: (targetattr!="userPassword")(version 3.0; acl "read"; allow (read,search,compare) userdn="ldap:///all";)')
    entry(f"ou=people,{base}", "objectClass: organizationalUnit", "ou: people",
          'aci: (targetattr="accountUnlockTime || passwordRetryCount || retryCountResetTime")(version 3.0; acl "unlock"; '
          f'allow (read,search,compare,write) userdn="ldap:///{desk}";)')
    special = [("disabled", "nsAccountLock: true")]
entry(f"ou=staff,{base}", "objectClass: organizationalUnit", "ou: staff")
person("helpdesk", "Help-Desk-Pw1!", "staff")
person("norights", "No-Rights-Pw1!", "staff")
for uid in ["alice", "bob", "carol", "dave"]:
    person(uid, "User-Passw0rd!")
for uid, line in special:
    person(uid, "User-Passw0rd!", "people", line)
for n in range(number):
    person(f"u{n:05}", "User-Passw0rd!")
