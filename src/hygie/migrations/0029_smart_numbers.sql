-- What works on for an application asks for its token by number.

CREATE INDEX pass_number ON hygie.pass (id) WHERE kind = 'access';
