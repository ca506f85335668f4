-- What counts under limits that must survive Redis: a keyed index of what is counted, and when.
create table limit_use (
    id bigint primary key,
    key bytea not null,
    at timestamptz not null
);
create index limit_use_key on limit_use (key, at);

-- backwards

drop table limit_use;
