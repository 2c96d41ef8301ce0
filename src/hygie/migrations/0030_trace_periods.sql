-- Traces of a period: entries are written in the order of their instants, nearly. One page in 128 says
-- between which instants its entries lie; a write costs nothing but once in some thousand.
CREATE INDEX audit_at ON hygie.audit USING brin (at) WITH (autosummarize = on);
