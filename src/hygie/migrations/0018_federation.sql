-- Signing in by others: identities of providers linked to accounts, answers that were used, and
-- which sessions a provider may end.
--
-- Names that a provider gives somebody are keyed hashes; what they stand for is sealed.

CREATE TABLE hygie.federated_link (
    provider text NOT NULL,
    subject  bigint NOT NULL,
    account  text NOT NULL REFERENCES hygie.account (name) ON DELETE CASCADE ON UPDATE CASCADE,
    sealed   bytea NOT NULL,
    created  timestamptz NOT NULL,
    PRIMARY KEY (provider, subject)
);

CREATE INDEX federated_link_account ON hygie.federated_link (account);

-- What was opened once and opens nothing any more; kept for as long as it would still be in time.
CREATE TABLE hygie.federated_use (
    digest  bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    expires timestamptz NOT NULL
);

CREATE INDEX federated_use_expires ON hygie.federated_use (expires);

CREATE TABLE hygie.federated_session (
    session  bytea PRIMARY KEY
        REFERENCES hygie.session (digest) ON DELETE CASCADE ON UPDATE CASCADE,
    provider text NOT NULL,
    subject  bigint NOT NULL,
    theirs   bigint NOT NULL,
    sealed   bytea NOT NULL
);

CREATE INDEX federated_session_subject ON hygie.federated_session (provider, subject);
CREATE INDEX federated_session_theirs ON hygie.federated_session (provider, theirs);
