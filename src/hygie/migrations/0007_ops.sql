-- How far `hygie reindex` has come with each type: it goes on from there, whatever stopped it.

CREATE TABLE hygie.reindex (
    type          smallint PRIMARY KEY REFERENCES hygie.resource_type (code),
    rules         bytea NOT NULL,
    after_key     bigint NOT NULL,
    after_patient bigint NOT NULL,
    done          bigint NOT NULL,
    changed       bigint NOT NULL,
    started       timestamptz NOT NULL DEFAULT now(),
    finished      timestamptz
);
