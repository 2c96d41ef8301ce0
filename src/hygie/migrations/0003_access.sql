-- Who may come in: accounts, their sessions, machine clients' tokens, attempts to sign in.
--
-- `sealed` holds what decides about rights (role, password hash, scopes, expiry), encrypted and bound
-- to its row under the establishment's key: who can write to this database but has no key can
-- remove a right, not make or move one; who reads it cannot try passwords offline.
-- Session and bearer tokens are random 256-bit values: only their SHA-256 is here.

CREATE TABLE hygie.account (
    name     text PRIMARY KEY,
    sealed   bytea NOT NULL,
    created  timestamptz NOT NULL,
    disabled timestamptz
);

CREATE TABLE hygie.session (
    digest  bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    account text NOT NULL REFERENCES hygie.account (name) ON DELETE CASCADE,
    sealed  bytea NOT NULL,
    seen    timestamptz NOT NULL,
    expires timestamptz NOT NULL
);

CREATE INDEX session_account ON hygie.session (account);
CREATE INDEX session_expires ON hygie.session (expires);

CREATE TABLE hygie.token (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest  bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    sealed  bytea NOT NULL,
    created timestamptz NOT NULL,
    revoked timestamptz
);

-- Names and addresses are keyed hashes: people type passwords into name fields.
CREATE TABLE hygie.attempt (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account   bigint NOT NULL,
    source    bigint NOT NULL,
    at        timestamptz NOT NULL,
    succeeded boolean NOT NULL DEFAULT false
);

CREATE INDEX attempt_account ON hygie.attempt (account, at);
CREATE INDEX attempt_outdated ON hygie.attempt (succeeded, at);
