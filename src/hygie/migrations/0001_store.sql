-- The store: sealed bodies, versions, the blind index. See docs/data-layout.md.
-- `patient` is first in every primary key that holds patients' data: the schema distributes on it.

CREATE TABLE hygie.store_meta (
    name text PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE hygie.resource_type (
    code smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE hygie.patient_key (
    patient bigint PRIMARY KEY,
    wrapped bytea NOT NULL,
    created timestamptz NOT NULL DEFAULT now()
);

CREATE SEQUENCE hygie.resource_position AS bigint;

-- The current version of each resource. A deleted one keeps its row, without tokens.
CREATE TABLE hygie.resource (
    patient bigint NOT NULL,
    key bigint NOT NULL,
    rest bigint NOT NULL,
    position bigint NOT NULL DEFAULT nextval('hygie.resource_position'),
    happened bigint NOT NULL,
    ended bigint NOT NULL,
    updated timestamptz NOT NULL,
    version integer NOT NULL,
    type smallint NOT NULL,
    links smallint NOT NULL,
    deleted boolean NOT NULL,
    tokens bigint[] NOT NULL,
    spans bigint[] NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (patient, key, rest)
);
-- Bodies are already compressed, and sealed: trying again only costs.
ALTER TABLE hygie.resource ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE hygie.resource ALTER COLUMN tokens SET STORAGE EXTERNAL;

CREATE INDEX resource_key ON hygie.resource (key);
CREATE INDEX resource_order ON hygie.resource (type, position) WHERE NOT deleted;
CREATE INDEX resource_happened ON hygie.resource (type, happened, position) WHERE NOT deleted;
CREATE INDEX resource_ended ON hygie.resource (type, ended) WHERE NOT deleted;
CREATE INDEX resource_updated ON hygie.resource (type, updated);
CREATE INDEX resource_tokens ON hygie.resource USING gin (tokens) WITH (fastupdate = on, gin_pending_list_limit = 512);

-- Versions that were replaced.
CREATE TABLE hygie.resource_history (
    patient bigint NOT NULL,
    key bigint NOT NULL,
    rest bigint NOT NULL,
    version integer NOT NULL,
    updated timestamptz NOT NULL,
    type smallint NOT NULL,
    deleted boolean NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (patient, key, rest, version)
);
ALTER TABLE hygie.resource_history ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE INDEX resource_history_key ON hygie.resource_history (key, version);
CREATE INDEX resource_history_updated ON hygie.resource_history (type, updated);
