-- From when on something is wrong, where it isn't the usual figure, and by whom since when; why is in
-- the audit.
create table ops_limit (
    name varchar(40) primary key,
    value integer not null,
    operator_id bigint not null references ops_operator (id),
    at timestamptz not null
);

-- What operators write for each other: that a trouble was seen and what is done about it, and what the
-- next shift should know. What people type may name somebody, so it lies sealed.
create table ops_note (
    id bigint primary key,
    kind varchar(10) not null check (kind in ('seen', 'hand_over')),
    trouble varchar(40) not null check ((kind = 'seen') = (trouble <> '')),
    operator_id bigint not null references ops_operator (id),
    note_sealed bytea not null,
    at timestamptz not null
);
alter table ops_note alter column note_sealed set statistics 0;

-- backwards

drop table ops_note, ops_limit;
