-- Whose account follows whom in the establishment's directory (LDAP, Active Directory).
--
-- `person` is a keyed hash of what never changes there (entryUUID, objectGUID). `sealed` holds it
-- again, with the account, bound to this row: a row made or moved by hand follows nobody.

CREATE TABLE hygie.directory_link (
    directory text NOT NULL,
    person    bigint NOT NULL,
    account   text NOT NULL UNIQUE
        REFERENCES hygie.account (name) ON DELETE CASCADE ON UPDATE CASCADE,
    sealed    bytea NOT NULL,
    PRIMARY KEY (directory, person)
);
