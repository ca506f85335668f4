-- What happened to people: each event once by its sender's number. No foreign key: whom an event names
-- may lie in another cell. other_id: the spouse of a divorce; the row that stays of two that are one.
create table life_event (
    id bigint primary key,
    sender varchar(30) not null,
    event_id varchar(64) not null,
    person_id bigint not null,
    other_id bigint,
    kind varchar(20) not null,
    at timestamptz not null,
    psn_insu_stas varchar(3),
    insutype varchar(6),
    insuplc_admdvs varchar(6),
    psn_type varchar(6),
    received_at timestamptz not null,
    unique (sender, event_id),
    check (other_id is null or other_id <> person_id)
);
create index life_event_person on life_event (person_id);
create index life_event_other on life_event (other_id) where other_id is not null;
create trigger life_event_append_only before update or delete on life_event
    for each statement execute function refuse_change();
create trigger life_event_no_truncate before truncate on life_event
    for each statement execute function refuse_change();

-- What else an event says that is personal (the number of a lost card).
create table life_event_details (
    life_event_id bigint primary key,
    details_sealed bytea not null
);

-- What an event did, to whom: a line for each person concerned, with the grant, binding or order.
create table life_event_effect (
    id bigint primary key,
    life_event_id bigint not null,
    person_id bigint not null,
    kind varchar(20) not null,
    ref_id bigint,
    made_at timestamptz not null
);
create index life_event_effect_person on life_event_effect (person_id, id);
create index life_event_effect_ref on life_event_effect (ref_id) where ref_id is not null;
create trigger life_event_effect_append_only before update or delete on life_event_effect
    for each statement execute function refuse_change();
create trigger life_event_effect_no_truncate before truncate on life_event_effect
    for each statement execute function refuse_change();

-- What the registry said of a person before the first event of that person was known: with it a
-- person's insurance is a function of the events, however they come in.
create table life_event_base (
    person_id bigint primary key,
    psn_insu_stas varchar(3) not null,
    insutype varchar(6) not null,
    insuplc_admdvs varchar(6) not null,
    psn_type varchar(6) not null
);
create trigger life_event_base_append_only before update or delete on life_event_base
    for each statement execute function refuse_change();
create trigger life_event_base_no_truncate before truncate on life_event_base
    for each statement execute function refuse_change();

-- Children for whom somebody else has signed: the clock looks for their birthdays.
create index family_binding_child on family_binding (holder_id)
    where consent = 'commitment' and state = 'active';

-- Since when a grant may be ended whatever the days that it must stand: spouses who are divorced.
alter table aid_grant add column freed_at timestamptz;

-- backwards

alter table aid_grant drop column freed_at;
drop index family_binding_child;
drop table life_event_base, life_event_effect, life_event_details, life_event;
