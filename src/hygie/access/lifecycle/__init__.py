"""Accounts from arrival to departure."""
