-- Audit entries say for whom, with which right, from where, and what came of it.
--
-- `form` names the canonical form that an entry was written in (`hygie.ledger.forms`): those that
-- were there before are of form 1, and are read and verified as such. What their new columns say is
-- this file's word, not the writer's: it is not looked at. `role` and `reason` are names of the rights
-- file; the network address is sealed with `detail`.

ALTER TABLE hygie.audit
    ADD COLUMN form        smallint NOT NULL DEFAULT 1,
    ADD COLUMN application text     NOT NULL DEFAULT '', -- which acted for the actor
    ADD COLUMN role        text     NOT NULL DEFAULT '', -- of the actor, then
    ADD COLUMN refused     boolean  NOT NULL DEFAULT false,
    ADD COLUMN reason      text     NOT NULL DEFAULT ''; -- the rule that permitted or refused it

-- Refusals are few, and what an auditor reads first. Before form 2 they were an action.
CREATE INDEX audit_refused ON hygie.audit (seq) WHERE refused OR action = 'refused';

-- Each version that an entry says was written: what was refused was not.
CREATE OR REPLACE VIEW hygie.audit_written AS
SELECT seq, patient, written.key, written.version
FROM hygie.audit,
     unnest(coalesce(keys, ARRAY[key]), coalesce(versions, ARRAY[version])) AS written (key, version)
WHERE action IN ('create', 'update', 'delete') AND NOT refused;
