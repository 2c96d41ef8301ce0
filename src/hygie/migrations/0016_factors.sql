-- What people prove besides a password, and what was used up while they did.
--
-- `sealed` holds the secret, the public key or the codes that are left, encrypted and bound to its
-- row. Whether an account has a second factor stands sealed in the account as well: removing a row
-- here does not do away with it.

CREATE TABLE hygie.factor (
    id      bytea PRIMARY KEY CHECK (octet_length(id) = 32), -- of a passkey: SHA-256 of its own id
    account text NOT NULL REFERENCES hygie.account (name) ON DELETE CASCADE,
    kind    text NOT NULL CHECK (kind IN ('totp', 'passkey', 'recovery')),
    sealed  bytea NOT NULL,
    created timestamptz NOT NULL,
    used    timestamptz
);

CREATE INDEX factor_account ON hygie.factor (account);
CREATE UNIQUE INDEX factor_single ON hygie.factor (account, kind) WHERE kind <> 'passkey';

-- Challenges that were answered: each once.
CREATE TABLE hygie.challenge (
    digest  bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    expires timestamptz NOT NULL
);

CREATE INDEX challenge_expires ON hygie.challenge (expires);

-- Addresses that people really sign in from: they have a queue of their own.
CREATE INDEX attempt_source ON hygie.attempt (source, at) WHERE succeeded;
