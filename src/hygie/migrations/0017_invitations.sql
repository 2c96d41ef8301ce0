-- Invitations: by which somebody chooses the password of their own account, once.
--
-- `sealed` holds the digest and the end, bound to the account: who can write here without the key
-- invites nobody.

CREATE TABLE hygie.invitation (
    account text PRIMARY KEY REFERENCES hygie.account (name) ON DELETE CASCADE,
    digest  bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    sealed  bytea NOT NULL,
    expires timestamptz NOT NULL
);

-- When somebody last came in with it: what a review of accounts asks first.
ALTER TABLE hygie.account ADD COLUMN seen timestamptz;
