"""/comptes and /invitation: accounts from arrival to departure, for who gives access."""
