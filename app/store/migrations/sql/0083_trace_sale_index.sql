-- One index fewer to be written for every box that is sold. What stands sold is found by its code; the
-- rows of a settlement lie where its number says, since both grow with time, and a summary of that
-- costs next to nothing to write.
alter table trace_sale drop constraint trace_sale_pkey;
create index trace_sale_settlement on trace_sale using brin (settlement_id)
    with (pages_per_range = 16, autosummarize = on);

-- backwards

drop index trace_sale_settlement;
alter table trace_sale add primary key (settlement_id, feedetl_sn, code);
