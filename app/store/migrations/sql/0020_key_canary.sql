-- What the installation's keys make of a text that everybody knows: a process that starts with other
-- keys sees it before it answers anybody, and before it seals a row that nobody else can open.
create table key_canary (
    only_row boolean primary key default true check (only_row),
    sealed bytea not null,
    index_value bytea not null,
    made_at timestamptz not null default now()
);

-- backwards

drop table key_canary;
