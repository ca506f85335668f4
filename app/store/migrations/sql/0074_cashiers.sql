-- Who may sign in at an institution's paired tills by number and PIN. Wrong tries are counted here, so
-- that guessing is slow whatever else is restarted.
create table till_cashier (
    fixmedins_code varchar(14) not null references institution (fixmedins_code),
    opter_no varchar(20) not null,
    name_sealed bytea not null,
    pin_hash bytea not null,
    pin_salt bytea not null,
    pin_n integer not null,
    pin_r integer not null,
    pin_p integer not null,
    wrong integer not null default 0,
    locked_until timestamptz,
    made_at timestamptz not null,
    ended_at timestamptz,
    primary key (fixmedins_code, opter_no)
);

-- backwards

drop table till_cashier;
