-- Codes in use, and what was asked of the mapping of local codes. See docs/terminology.md.
-- No code is readable here: which codes an establishment uses is sealed like its data.

CREATE TABLE hygie.code_usage (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    counted timestamptz NOT NULL,
    resources bigint NOT NULL,
    sealed bytea NOT NULL
);

CREATE TABLE hygie.mapping_run (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('count', 'apply', 'undo')),
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    asked timestamptz NOT NULL DEFAULT now(),
    finished timestamptz,
    total bigint NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    refused bigint NOT NULL DEFAULT 0,
    sealed bytea NOT NULL
);
