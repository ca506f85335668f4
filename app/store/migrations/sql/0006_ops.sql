-- Who may sign in under /ops. The password's scrypt hash stands with its salt and parameters, so
-- that these can be raised without locking anybody out.
create table ops_operator (
    id bigint primary key,
    name varchar(50) not null unique,
    role varchar(10) not null check (role in ('viewer', 'auditor')),
    password_hash bytea not null,
    password_salt bytea not null check (octet_length(password_salt) >= 16),
    scrypt_n integer not null,
    scrypt_r integer not null,
    scrypt_p integer not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);

-- Every try to sign in that was looked at. A name nobody has is not kept: people type passwords
-- into the wrong field.
create table ops_sign_in (
    id bigint primary key,
    operator_id bigint references ops_operator (id),
    address varchar(45) not null,
    result varchar(10) not null check (result in ('in', 'wrong', 'unknown', 'disabled', 'locked', 'out')),
    at timestamptz not null,
    request_id varchar(32) not null
);
create trigger ops_sign_in_append_only before update or delete on ops_sign_in
    for each statement execute function refuse_change();

-- Every look at a person's data, written before the answer is given. person_id is null when it
-- can't be told whose they are, or nothing was found.
create table ops_look (
    id bigint primary key,
    operator_id bigint not null references ops_operator (id),
    what varchar(20) not null,
    target varchar(80) not null,
    found boolean not null,
    person_id bigint,
    reason varchar(200) not null check (reason <> ''),
    at timestamptz not null,
    request_id varchar(32) not null
);
create index ops_look_person on ops_look (person_id, id) where person_id is not null;
create trigger ops_look_append_only before update or delete on ops_look
    for each statement execute function refuse_change();

-- The statements of a day, and those of them with something one-sided.
create index institution_statement_day on institution_statement (day);
create index institution_statement_one_sided on institution_statement (day, fixmedins_code)
    where one_sided <> '[]'::jsonb;

-- backwards

drop index institution_statement_one_sided, institution_statement_day;
drop table ops_look, ops_sign_in, ops_operator;
