drop index settlement_cancels;
alter table settlement add constraint settlement_cancels_id_key unique (cancels_id);
alter table account reset (autovacuum_analyze_scale_factor);
alter table credential_use reset (autovacuum_analyze_scale_factor);
alter table credential reset (autovacuum_analyze_scale_factor);
alter table seal reset (autovacuum_analyze_scale_factor);
alter table transfer reset (autovacuum_analyze_scale_factor);
alter table outcome reset (autovacuum_analyze_scale_factor);
alter table settlement reset (autovacuum_analyze_scale_factor);
alter table request reset (autovacuum_analyze_scale_factor);
alter table person
    alter column psn_name_sealed set statistics -1, alter column certno_sealed set statistics -1;
alter table seal alter column hash set statistics -1;
alter table outcome alter column detail set statistics -1;
alter table settlement alter column lines set statistics -1, alter column trace set statistics -1;
alter table request alter column body set statistics -1, alter column body_hash set statistics -1;
