drop trigger catalogue_item_moved on catalogue_item;
drop trigger institution_moved on institution;
drop function registry_moved;
drop table registry_state;
