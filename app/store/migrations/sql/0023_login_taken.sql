-- When another login took a login's person: whoever uses this one is told.
alter table login add column taken_at timestamptz;

-- backwards

alter table login drop column taken_at;
