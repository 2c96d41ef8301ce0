-- The inbox: what arrived, committed before it is processed or acknowledged.
--
-- Plain: kinds, events, states, rule names, times. Keyed hashes: feed, control id, content. Sealed:
-- the name of the source (a folder may bear a patient's name), the reasons, the message itself.
-- `raw` is NULL when the content is elsewhere: a duplicate's in its original, a filed FHIR resource's
-- in the store.

CREATE TABLE hygie.inbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at   timestamptz,
    kind         text     NOT NULL CHECK (kind IN ('hl7v2', 'fhir', 'cda')),
    event        text     NOT NULL,
    state        text     NOT NULL
                 CHECK (state IN ('received', 'filed', 'quarantined', 'refused', 'duplicate')),
    attempts     integer  NOT NULL DEFAULT 0,
    rule         text     NOT NULL DEFAULT '',
    feed         bigint   NOT NULL,
    control      bigint   NOT NULL,
    content_key  bigint   NOT NULL,
    content_rest bigint   NOT NULL,
    source       bytea    NOT NULL,
    notes        bytea    NOT NULL,
    raw          bytea
);
-- Already compressed, and sealed: trying again only costs.
ALTER TABLE hygie.inbox ALTER COLUMN raw SET STORAGE EXTERNAL;

CREATE INDEX inbox_content ON hygie.inbox (content_key) WHERE state <> 'duplicate';
CREATE INDEX inbox_control ON hygie.inbox (control) WHERE control <> 0 AND state <> 'duplicate';
CREATE INDEX inbox_waiting ON hygie.inbox (state, id) WHERE state IN ('received', 'quarantined');
CREATE INDEX inbox_received ON hygie.inbox (received_at);
