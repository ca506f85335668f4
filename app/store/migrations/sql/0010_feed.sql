-- Up to where a reader of an append-only table has read (app/store/feed.py). Who reads holds the
-- row's lock. Sealing was the first reader and had a table of its own.
create table feed (
    name varchar(40) primary key,
    read_to bigint not null
);
insert into feed (name, read_to) select 'seal', sealed_to from seal_state;
drop table seal_state;

-- What a reader that leaves no trace of each row has handled in the last minutes: the ids of a
-- batch, kept until nothing can be committed late among them.
create table feed_batch (
    name varchar(40) not null references feed (name),
    last_id bigint not null,
    ids bigint[] not null,
    primary key (name, last_id)
);

-- backwards

create table seal_state (
    only_one boolean primary key default true check (only_one),
    sealed_to bigint not null
);
insert into seal_state (sealed_to) select coalesce(max(read_to), 0) from feed where name = 'seal';
drop table feed_batch, feed;
