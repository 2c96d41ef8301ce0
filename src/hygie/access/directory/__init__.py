"""Accounts that follow the establishment's directory (LDAP, Active Directory)."""
