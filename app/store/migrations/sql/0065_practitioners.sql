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

-- backwards

drop table chronic_filing, practitioner;
