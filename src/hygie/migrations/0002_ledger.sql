-- The audit entries: who did what, when, for what purpose, to which (pseudonymous) record.
--
-- Every column is NOT NULL and of one exact type, so that an entry has one canonical form. `detail` is
-- encrypted, and bound to all the other columns but `seq`: an entry made or altered by whoever has no
-- key does not open. It is never rewritten: a digest over it holds even when nobody can open it.
-- `seq` orders entries. It is given before commit: whoever reads "all up to n" for good takes
-- LOCK TABLE … IN SHARE MODE first, which waits for the writers under way.

CREATE TABLE hygie.audit (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor    text   NOT NULL,
    kind     text   NOT NULL CHECK (kind IN ('account', 'client', 'system')),
    purpose  text   NOT NULL,
    request  text   NOT NULL,
    action   text   NOT NULL,
    type     text   NOT NULL,
    key      bigint NOT NULL,
    patient  bigint NOT NULL,
    version  bigint NOT NULL,
    count    bigint NOT NULL,
    detail   bytea  NOT NULL
);

CREATE INDEX audit_patient ON hygie.audit (patient, seq) WHERE patient <> 0;
CREATE INDEX audit_actor ON hygie.audit (actor, seq);

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
