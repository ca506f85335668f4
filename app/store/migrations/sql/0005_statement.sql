-- Files of 9101 and 9102. Each belongs to one institution and goes after a few days.
create table exchange_file (
    file_qury_no varchar(30) primary key,
    fixmedins_code varchar(12) not null,
    filename varchar(200) not null,
    content bytea not null check (octet_length(content) <= 10485760),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
alter table exchange_file alter column content set storage external; -- it is a zip already
create index exchange_file_institution on exchange_file (fixmedins_code, expires_at);
create index exchange_file_expiry on exchange_file (expires_at);

-- The centre's statement of a day for every institution: figures, what is one-sided, and both as a
-- CSV file and as a page of text. Made again it is replaced only if something has changed.
create table institution_statement (
    fixmedins_code varchar(12) not null,
    day date not null,
    totals jsonb not null,
    one_sided jsonb not null,
    csv text not null,
    page text not null,
    made_at timestamptz not null,
    primary key (fixmedins_code, day)
);

-- Days of append-only tables: ranges of blocks, next to nothing to keep up to date.
create index settlement_day on settlement using brin (settled_at) with (autosummarize = on);
create index request_day on request using brin (received_at) with (autosummarize = on);
create index request_tombstone on request (received_at) where body_hash is null;
create index outcome_set_aside on outcome (decided_at) where state = 4;
create index counter_task_settlement on counter_task (created_at);

-- backwards

drop index counter_task_settlement, outcome_set_aside, request_tombstone, request_day, settlement_day;
drop table institution_statement, exchange_file;
