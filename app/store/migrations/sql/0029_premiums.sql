-- A resident's premium of a benefit year. One that stands a person and year; 6 released, 8 refunded.
create table premium_order (
    id bigint primary key,
    person_id bigint not null references person (id),
    year smallint not null,
    bought_years smallint[] not null default '{}',
    price_fen bigint not null check (price_fen > 0),
    amount_fen bigint not null check (amount_fen >= price_fen),
    asked_by bigint not null,
    payer_id bigint,
    place varchar(6) not null,
    state smallint not null check (state between 1 and 8),
    charge_on date,
    covers_from date not null,
    reason varchar(40),
    params jsonb not null default '{}',
    tax_ref varchar(64),
    created_at timestamptz not null,
    submitted_at timestamptz,
    sent_at timestamptz,
    paid_at timestamptz,
    booked_at timestamptz,
    ended_at timestamptz,
    short_since timestamptz,
    void_asked boolean not null default false,
    check ((state = 1) <= (charge_on is not null))
) with (fillfactor = 80);
create unique index premium_once on premium_order (person_id, year) where state not in (6, 8);
create index premium_open on premium_order (state, id) where state in (1, 2, 3, 4, 7);
create index premium_person on premium_order (person_id);
create index premium_asker on premium_order (asked_by);

-- Benefit years of residents that were paid, through us (order_id) or elsewhere.
create table enrolment (
    person_id bigint not null references person (id),
    year smallint not null,
    channel varchar(20) not null,
    order_id bigint,
    noted_at timestamptz not null,
    primary key (person_id, year)
);
create index enrolment_order on enrolment (order_id) where order_id is not null;
create table resident (
    person_id bigint primary key references person (id),
    identity varchar(10) not null,
    noted_at timestamptz not null
);

-- One row: how far the tax office's results have been read. Whoever reads them holds its lock.
create table tax_results (
    one boolean primary key default true check (one),
    read_to varchar(100) not null default ''
);
insert into tax_results default values;

-- backwards

drop table tax_results, resident, enrolment, premium_order;
