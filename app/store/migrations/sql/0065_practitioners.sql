-- Who treats or dispenses at an institution (5102). Shown to that institution only. Reference data.
create table practitioner (
    fixmedins_code varchar(14) not null,
    prac_psn_code varchar(20) not null,
    prac_psn_no varchar(20) not null,
    prac_psn_type varchar(6) not null,
    psn_cert_type varchar(6) not null,
    name_sealed bytea not null,
    certno_sealed bytea not null,
    prac_psn_cert varchar(30) not null,
    prac_cert_no varchar(30) not null,
    hi_dr boolean not null,
    begins_on date not null,
    ends_on date check (ends_on >= begins_on),
    chg_rea varchar(200) not null,
    updated_at timestamptz not null,
    primary key (fixmedins_code, prac_psn_code)
);

-- For which chronic or special disease a person is registered, and from when to when (5301): people's.
create table chronic_filing (
    id bigint primary key,
    person_id bigint not null,
    disease_sealed bytea not null,
    begins_on date not null,
    ends_on date check (ends_on >= begins_on),
    updated_at timestamptz not null
);
create index chronic_filing_person on chronic_filing (person_id);

-- What an institution has asked to be cleared (3203), until it withdraws it (3204).
create table clearing_application (
    id bigint primary key,
    fixmedins_code varchar(14) not null,
    clr_type varchar(30) not null,
    clr_way varchar(30) not null,
    setlym varchar(6) not null,
    begins_on date not null,
    ends_on date not null check (ends_on >= begins_on),
    psntime integer not null,
    medfee_fen bigint not null,
    agreed_fen bigint not null,
    fund_fen bigint not null,
    cash_fen bigint not null,
    acct_fen bigint not null,
    applied_at timestamptz not null,
    withdrawn_at timestamptz
);
create index clearing_application_period on clearing_application (fixmedins_code, clr_type, ends_on)
    where withdrawn_at is null;

-- backwards

drop table clearing_application, chronic_filing, practitioner;
