-- Insurance bureaus that send events, for people who are or were insured in their places (the beginnings
-- of codes; 00: everywhere).
create table bureau (
    code varchar(30) primary key,
    name varchar(200) not null,
    places varchar(6)[] not null check (cardinality(places) > 0),
    key_id varchar(64) not null unique,
    secret_sealed bytea not null,
    added_at timestamptz not null,
    closed_at timestamptz
);

-- backwards

drop table bureau;
