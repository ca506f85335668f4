-- Written with the place of the feed's reader, carried to the inbox of whoever it is about, who is
-- insured in another cell, and removed. Empty where there is one cell.
create table notice_elsewhere (
    id bigint primary key,
    person_id bigint not null,
    kind varchar(30) not null,
    event_id bigint not null,
    params jsonb not null,
    at timestamptz not null,
    login_id bigint,
    tries integer not null default 0,
    unique (person_id, kind, event_id)
);
create index notice_elsewhere_waits on notice_elsewhere (tries, id);

-- backwards
drop table notice_elsewhere;
