-- Applications that act for people, or for themselves (SMART App Launch), and what was granted them.
--
-- As with accounts and tokens, `sealed` holds what decides about rights, bound to its row: who writes
-- here without the key can withdraw, not grant. Secrets are 256 random bits: only their SHA-256.

CREATE TABLE hygie.application (
    id      text PRIMARY KEY,
    sealed  bytea NOT NULL,
    created timestamptz NOT NULL
);

-- One person's (or, without account, nobody's) permission for one application: with it end all
-- passes that were made of it.
CREATE TABLE hygie.app_grant (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    application text NOT NULL REFERENCES hygie.application ON DELETE CASCADE,
    account     text REFERENCES hygie.account (name) ON DELETE CASCADE,
    sealed      bytea NOT NULL,
    created     timestamptz NOT NULL,
    ended       timestamptz
);

CREATE INDEX app_grant_account ON hygie.app_grant (account);
CREATE INDEX app_grant_application ON hygie.app_grant (application);

-- Whatever is shown to prove something: a launch, a question waiting for its answer, a code, a
-- refresh token, an access token. Numbers are those of `hygie.token`: an access token is one of both.
CREATE TABLE hygie.pass (
    digest   bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    id       bigint NOT NULL DEFAULT nextval(pg_get_serial_sequence('hygie.token', 'id')),
    kind     text NOT NULL CHECK (kind IN ('launch', 'demand', 'code', 'refresh', 'access')),
    grant_id bigint REFERENCES hygie.app_grant ON DELETE CASCADE,
    sealed   bytea NOT NULL,
    expires  timestamptz NOT NULL,
    used     timestamptz
);

CREATE INDEX pass_expires ON hygie.pass (expires);
CREATE INDEX pass_grant ON hygie.pass (grant_id);

-- What a person permitted once and is not asked again.
CREATE TABLE hygie.consent (
    account     text NOT NULL REFERENCES hygie.account (name) ON DELETE CASCADE,
    application text NOT NULL REFERENCES hygie.application ON DELETE CASCADE,
    sealed      bytea NOT NULL,
    given       timestamptz NOT NULL,
    PRIMARY KEY (account, application)
);

-- Signed proofs that were taken once: none is taken twice.
CREATE TABLE hygie.assertion (
    digest  bytea PRIMARY KEY CHECK (octet_length(digest) = 32),
    expires timestamptz NOT NULL
);

CREATE INDEX assertion_expires ON hygie.assertion (expires);

-- Keys that sign who a person is (id_token): the newest signs, older ones verify.
CREATE TABLE hygie.signing_key (
    id      text PRIMARY KEY,
    sealed  bytea NOT NULL,
    created timestamptz NOT NULL
);
