-- Bulk data: what is exported, and how far it has come. See docs/bulk-data.md.
--
-- What was asked is sealed: it may name patients. The files are elsewhere (DATA/exports), sealed with
-- a key of the export's own, `key`, itself sealed: once the row is gone, no file of it opens.

CREATE TABLE hygie.export (
    id       uuid PRIMARY KEY,
    client   text NOT NULL,
    asked    bytea NOT NULL,
    key      bytea NOT NULL,
    moment   timestamptz NOT NULL,
    created  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished timestamptz,
    expires  timestamptz,
    state    text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'failed')),
    rule     text NOT NULL DEFAULT ''
);

CREATE INDEX export_asked ON hygie.export (created) WHERE state = 'asked';

-- A finished part: what lies between two places of one type, in the order in which it was written,
-- and the file that holds it (none when `count` is 0). `patients`: keyed hashes, to know what an
-- erasure concerns. `last`: nothing of this type comes after it.
CREATE TABLE hygie.export_file (
    export        uuid NOT NULL REFERENCES hygie.export ON DELETE CASCADE,
    number        integer NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('output', 'deleted', 'error')),
    type          text NOT NULL,
    after_updated timestamptz NOT NULL,
    after_key     bigint NOT NULL,
    upto_updated  timestamptz NOT NULL,
    upto_key      bigint NOT NULL,
    last          boolean NOT NULL,
    made          timestamptz NOT NULL,
    count         bigint NOT NULL,
    bytes         bigint NOT NULL,
    sealed        bigint NOT NULL,
    digest        bytea NOT NULL,
    patients      bigint[] NOT NULL,
    PRIMARY KEY (export, number)
);

-- Erasures: few, and looked for all the time.
CREATE INDEX patient_key_destroyed ON hygie.patient_key (destroyed) WHERE destroyed IS NOT NULL;

-- What is fetched from elsewhere and filed. What was asked, and what was wrong with a line, is sealed.
CREATE TABLE hygie.import (
    id       uuid PRIMARY KEY,
    client   text NOT NULL,
    asked    bytea NOT NULL,
    created  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished timestamptz,
    expires  timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    state    text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'failed')),
    rule     text NOT NULL DEFAULT ''
);

CREATE INDEX import_asked ON hygie.import (created) WHERE state = 'asked';

-- How far each of its files has come: all lines up to `lines` are filed, or told of.
CREATE TABLE hygie.import_file (
    import      uuid NOT NULL REFERENCES hygie.import ON DELETE CASCADE,
    number      integer NOT NULL,
    type        text NOT NULL,
    lines       bigint NOT NULL DEFAULT 0,
    filed       bigint NOT NULL DEFAULT 0,
    known       bigint NOT NULL DEFAULT 0,
    faulty      bigint NOT NULL DEFAULT 0,
    finished    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (import, number)
);

CREATE TABLE hygie.import_fault (
    import uuid NOT NULL,
    number integer NOT NULL,
    line   bigint NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (import, number, line),
    FOREIGN KEY (import, number) REFERENCES hygie.import_file ON DELETE CASCADE
);
