-- What an institution calls an item of the nation (3301); withdrawn ones stay, so that tills that ask
-- for what has changed are told (1317). Reference data.
create table institution_item (
    fixmedins_code varchar(14) not null,
    own_code varchar(30) not null,
    list_type varchar(30) not null,
    med_list_codg varchar(50) not null,
    begins_on date,
    ends_on date,
    details jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (fixmedins_code, own_code, list_type, med_list_codg)
);
create unique index institution_item_one on institution_item (fixmedins_code, own_code, list_type)
    where withdrawn_at is null;
create index institution_item_updated on institution_item (fixmedins_code, updated_at);

-- backwards

drop table institution_item;
