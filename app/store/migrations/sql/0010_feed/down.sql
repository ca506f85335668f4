create table seal_state (
    only_one boolean primary key default true check (only_one),
    sealed_to bigint not null
);
insert into seal_state (sealed_to) select coalesce(max(read_to), 0) from feed where name = 'seal';
drop table feed_batch, feed;
