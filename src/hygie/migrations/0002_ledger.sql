-- The audit entries: who did what, when, for what purpose, to which (pseudonymous) record.
--
-- Every column has one exact type, so that an entry has one canonical form (`hygie.ledger.rows`).
-- `detail` is encrypted, and bound to all the other columns but `seq`: an entry made or altered by
-- whoever has no key does not open. It is never rewritten: a digest over it holds even when nobody
-- can open it. An entry about one resource names it in `key` and `version`; one about several, as a
-- transaction leaves for each patient, names them in `keys` and `versions`, which are else NULL.
-- `seq` orders entries. It is given before commit: whoever reads "all up to n" for good takes
-- LOCK TABLE … IN SHARE MODE first, which waits for the writers under way.

CREATE TABLE hygie.audit (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    key      bigint  NOT NULL,
    patient  bigint  NOT NULL,
    version  integer NOT NULL,
    count    integer NOT NULL,
    actor    text    NOT NULL,
    kind     text    NOT NULL CHECK (kind IN ('account', 'client', 'system')),
    purpose  text    NOT NULL,
    request  text    NOT NULL,
    action   text    NOT NULL,
    type     text    NOT NULL,
    detail   bytea   NOT NULL,
    keys     bigint[],
    versions integer[],
    CHECK ((keys IS NULL) = (versions IS NULL)),
    CHECK (cardinality(keys) = cardinality(versions))
);

-- By windows of 4,096 entries, newest first within one by sorting: equal keys share their place in
-- the index, which takes 8 bytes an entry where (actor, seq) takes 40.
CREATE INDEX audit_patient ON hygie.audit (patient, (seq >> 12)) WHERE patient <> 0;
CREATE INDEX audit_actor ON hygie.audit (actor, (seq >> 12));

-- Each version that an entry says was written.
CREATE VIEW hygie.audit_written AS
SELECT seq, patient, written.key, written.version
FROM hygie.audit,
     unnest(coalesce(keys, ARRAY[key]), coalesce(versions, ARRAY[version])) AS written (key, version)
WHERE action IN ('create', 'update', 'delete');

-- Written once. The owner gives up the right to change entries, and the triggers refuse even those
-- who pass over rights, replication roles included. Removing the triggers takes a superuser and
-- shows in the schema.
REVOKE UPDATE, DELETE, TRUNCATE ON hygie.audit FROM PUBLIC, CURRENT_USER;

CREATE FUNCTION hygie.audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hygie.audit is append-only: % is refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON hygie.audit
    FOR EACH STATEMENT EXECUTE FUNCTION hygie.audit_is_append_only();

ALTER TABLE hygie.audit ENABLE ALWAYS TRIGGER audit_is_append_only;
