create table login (
    id bigint primary key,
    openid varchar(128) not null unique,
    person_id bigint references person (id),
    created_at timestamptz not null,
    bound_at timestamptz
);
create unique index login_person on login (person_id) where person_id is not null;

-- Only the result of a real-name check is kept: never a face, a picture or a card number.
create table identity_check (
    id bigint primary key,
    login_id bigint not null references login (id),
    person_id bigint references person (id),
    method varchar(20) not null,
    provider varchar(40) not null,
    provider_ref varchar(100) not null,
    passed boolean not null,
    score_band varchar(20) not null,
    checked_at timestamptz not null,
    unique (provider, provider_ref)
);

-- 亲情账户: shower_id may show the code of holder_id. No money, ever.
create table family_binding (
    id bigint primary key,
    shower_id bigint not null references person (id),
    holder_id bigint not null references person (id),
    relation varchar(30) not null,
    state varchar(10) not null check (state in ('pending', 'active', 'ended')),
    consent varchar(30) not null,
    proof_kind varchar(30),
    proof_digest bytea,
    commitment_digest bytea,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    ended_at timestamptz,
    ended_by bigint,
    check (shower_id <> holder_id),
    check ((state = 'ended') = (ended_at is not null))
);
create unique index family_binding_live on family_binding (shower_id, holder_id)
    where ended_at is null;
create index family_binding_holder on family_binding (holder_id, created_at);

-- A record of every code shown: whose, by whom, as what, when; and what became of it.
create table credential (
    id bigint primary key,
    holder_id bigint not null references person (id),
    shower_id bigint not null references person (id),
    binding_id bigint references family_binding (id),
    relation varchar(30) not null,
    business_type varchar(5) not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null
);
create index credential_holder on credential (holder_id, id);

-- One decode a code, at the most: the primary key is the proof.
create table credential_use (
    credential_id bigint primary key references credential (id),
    fixmedins_code varchar(12) not null,
    msgid varchar(30) not null,
    opter varchar(64) not null,
    decoded_at timestamptz not null
);

-- 共济授权: donor_id lets its personal account pay for beneficiary_id.
create table aid_grant (
    id bigint primary key,
    donor_id bigint not null references person (id),
    beneficiary_id bigint not null references person (id),
    relation varchar(30) not null,
    starts_on date not null,
    ends_on date,
    rank integer not null default 0,
    purposes varchar(20)[] not null default '{medical}',
    cap_per_use_fen bigint check (cap_per_use_fen > 0),
    cap_day_fen bigint check (cap_day_fen > 0),
    cap_month_fen bigint check (cap_month_fen > 0),
    cap_year_fen bigint check (cap_year_fen > 0),
    created_at timestamptz not null,
    confirmed_at timestamptz,
    frozen_at timestamptz,
    frozen_by bigint,
    ended_at timestamptz,
    ended_by bigint,
    end_reason varchar(40),
    check (donor_id <> beneficiary_id),
    check (ends_on is null or ends_on >= starts_on)
);
create unique index aid_grant_live on aid_grant (donor_id, beneficiary_id) where ended_at is null;
create index aid_grant_pair on aid_grant (donor_id, beneficiary_id, ended_at);
create index aid_grant_beneficiary on aid_grant (beneficiary_id) where ended_at is null;

-- 异地就医备案: the person has filed for treatment at another place (two, four or six digits).
create table filing (
    id bigint primary key,
    person_id bigint not null references person (id),
    area varchar(6) not null check (area ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6})$'),
    kind varchar(20) not null check (kind in ('long_term', 'temporary')),
    starts_on date not null,
    ends_on date,
    created_at timestamptz not null,
    check (ends_on is null or ends_on >= starts_on)
);
create index filing_person on filing (person_id);

-- backwards

drop table filing, aid_grant, credential_use, credential, family_binding, identity_check, login;
