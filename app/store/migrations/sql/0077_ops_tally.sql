-- What came of bills, counted by ten minutes: what ranges and comparisons of the night shift's page
-- are made of. A reader of the feed adds to it; what is old goes.
-- kind: 1 settled, 2 undone, 3 refused, 4 void, 5 set aside, 6 aid that was asked and left something
-- in cash (by reason; without one: each bill once). place: the institution's province; of 6 the
-- insured's pool.
create table ops_tally (
    kind smallint not null check (kind between 1 and 6),
    slot timestamptz not null,
    place varchar(4) not null,
    reason varchar(40) not null,
    count integer not null check (count > 0),
    fen bigint not null,
    primary key (kind, slot, place, reason)
) with (fillfactor = 80);
create index ops_tally_old on ops_tally using brin (slot);

-- backwards

drop table ops_tally;
delete from feed_batch where name = 'tally';
delete from feed where name = 'tally';
