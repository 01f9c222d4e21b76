"""Policy, people and the helpdesk's right of the Samba domain, written before it runs: samba_people.py SMB.CONF NUMBER."""
import sys

import ldb
from samba import sd_utils
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

settings = LoadParm()
settings.load(sys.argv[1])
domain = SamDB(session_info=system_session(), lp=settings)
base = str(domain.domain_dn())
MINUTE = 60 * 10**7
NEVER = -(2**63)


def replace(dn, **values):
    change = ldb.Message(ldb.Dn(domain, dn))
    for name, value in values.items():
        change[name] = ldb.MessageElement(str(value), ldb.FLAG_MOD_REPLACE, name)
    domain.modify(change)


replace(base, lockoutThreshold=3, lockoutDuration=-30 * MINUTE, lockOutObservationWindow=-30 * MINUTE, maxPwdAge=NEVER, minPwdAge=0)
for unit in ["Staff", "Protected", "Elsewhere"]:
    domain.create_ou(f"OU={unit},{base}")
domain.transaction_start()


def person(name, password="User-Passw0rd!", unit="Staff"):
    domain.newuser(name, password, userou=f"OU={unit}", givenname=name.title(), surname="Test", mailaddress=f"{name}@desk.test")


for name in ["alice", "bob", "carol", "dave", "erin", "frank", "disabled", "expired", "mustchange"]:
    person(name)
person("helpdesk", "Help-Desk-Pw1!")
person("norights", "No-Rights-Pw1!")
person("boss", unit="Protected")
person("outsider", unit="Elsewhere")
for n in range(int(sys.argv[2])):
    person(f"u{n:05}")
for group, members in [("Desk", ["helpdesk"]), ("Short", ["erin"]), ("Forever", ["frank"]), ("Inner", ["bob"])]:
    domain.newgroup(group)
    domain.add_remove_group_members(group, members)
# A group within a group.
domain.newgroup("Outer")
domain.add_remove_group_members("Outer", ["Inner"])
domain.add_remove_group_members("Domain Admins", ["boss"])
for name, group, most, length in [("short", "Short", 2, -2 * 10**7), ("forever", "Forever", 3, NEVER)]:
    container = f"CN=Password Settings Container,CN=System,{base}"
    domain.add({
        "dn": f"CN={name},{container}", "objectClass": "msDS-PasswordSettings", "msDS-PasswordSettingsPrecedence": str(10 + most),
        "msDS-PasswordReversibleEncryptionEnabled": "FALSE", "msDS-PasswordHistoryLength": "0", "msDS-PasswordComplexityEnabled": "FALSE",
        "msDS-MinimumPasswordLength": "1", "msDS-MinimumPasswordAge": "0", "msDS-MaximumPasswordAge": str(NEVER),
        "msDS-LockoutThreshold": str(most), "msDS-LockoutObservationWindow": str(-2 * 10**7), "msDS-LockoutDuration": str(length),
        "msDS-PSOAppliesTo": f"CN={group},CN=Users,{base}",
    })
domain.transaction_commit()
domain.disable_account("(sAMAccountName=disabled)")
domain.setexpiry("(sAMAccountName=expired)", -86400)
replace(f"CN=mustchange,OU=Staff,{base}", pwdLastSet=0)
# A name that has to be escaped.
domain.rename(f"CN=carol,OU=Staff,{base}", f"CN=O'Connor\\, Carol (Desk #1),OU=Staff,{base}")
# The group may read and write lockoutTime (28630ebf-…) of users (bf967aba-…) in this unit, and nothing else.
found = domain.search(f"CN=Desk,CN=Users,{base}", scope=ldb.SCOPE_BASE, attrs=["objectSid"])
sid = str(ndr_unpack(security.dom_sid, found[0]["objectSid"][0]))
right = f"(OA;CIIO;RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1;bf967aba-0de6-11d0-a285-00aa003049e2;{sid})"
sd_utils.SDUtils(domain).dacl_add_ace(f"OU=Staff,{base}", right)
