drop index if exists settlement_institution;
drop table verification, seal_state, day_root, seal;
drop function refuse_change_when_closed();
