-- The store: sealed bodies, versions, the blind index. See docs/storage.md.
-- `patient` is in every primary key that holds patients' data: the schema distributes on it.

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

-- The current version of each resource; a deleted one keeps its row, without index. One partition a
-- type, made when first written to (hygie.store.partitions). Widest columns first: no padding.
CREATE TABLE hygie.resource (
    patient bigint NOT NULL,
    key bigint NOT NULL,
    happened bigint NOT NULL,
    ended bigint NOT NULL,
    shape bigint NOT NULL,
    updated timestamptz NOT NULL,
    version integer NOT NULL,
    type smallint NOT NULL,
    links smallint NOT NULL,
    deleted boolean NOT NULL,
    tokens bigint[],
    spans bigint[],
    words smallint[],
    body bytea NOT NULL,
    PRIMARY KEY (key, patient, type)
) PARTITION BY LIST (type);
-- Bodies are already compressed, and sealed: trying again only costs.
ALTER TABLE hygie.resource ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE hygie.resource ALTER COLUMN tokens SET STORAGE EXTERNAL;
-- No plan is chosen by what these hold: figures on them would take 100 kB a type.
ALTER TABLE hygie.resource ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN spans SET STATISTICS 0;

CREATE INDEX resource_by_patient ON hygie.resource (patient, happened);
CREATE INDEX resource_by_happened ON hygie.resource (happened);
-- What lasts a day or more: the rest is found by when it starts.
CREATE INDEX resource_by_ended ON hygie.resource (ended) WHERE ended >= happened + 86400000000;
CREATE INDEX resource_by_updated ON hygie.resource (updated);
CREATE INDEX resource_by_tokens ON hygie.resource USING gin (tokens)
    WITH (fastupdate = on, gin_pending_list_limit = 64);
CREATE INDEX resource_by_words ON hygie.resource USING gin (words)
    WITH (fastupdate = on, gin_pending_list_limit = 64) WHERE words IS NOT NULL;

-- Versions that were replaced.
CREATE TABLE hygie.resource_history (
    patient bigint NOT NULL,
    key bigint NOT NULL,
    updated timestamptz NOT NULL,
    version integer NOT NULL,
    type smallint NOT NULL,
    deleted boolean NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (key, version, patient)
);
ALTER TABLE hygie.resource_history ALTER COLUMN body SET STORAGE EXTERNAL,
    ALTER COLUMN body SET STATISTICS 0;

CREATE INDEX resource_history_updated ON hygie.resource_history (type, updated);
