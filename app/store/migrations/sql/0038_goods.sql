-- Goods of which regions let accounts pay more than of others: vaccines outside the national programme,
-- health checks. Null: nothing of the kind.
alter table catalogue_item
    add column goods varchar(10) check (goods in ('vaccine', 'checkup'));

-- backwards

alter table catalogue_item drop column goods;
