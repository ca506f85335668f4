-- The statistics of a table are gathered while tills wait. Nobody searches these columns by value,
-- and to unpack thousands of long values took most of the time.
alter table request alter column body set statistics 0, alter column body_hash set statistics 0;
alter table settlement alter column lines set statistics 0, alter column trace set statistics 0;
alter table outcome alter column detail set statistics 0;
alter table seal alter column hash set statistics 0;
alter table person
    alter column psn_name_sealed set statistics 0, alter column certno_sealed set statistics 0;

-- Tables that grow by every bill keep their shape while they grow: a fifth more is soon enough.
alter table request set (autovacuum_analyze_scale_factor = 0.2);
alter table settlement set (autovacuum_analyze_scale_factor = 0.2);
alter table outcome set (autovacuum_analyze_scale_factor = 0.2);
alter table transfer set (autovacuum_analyze_scale_factor = 0.2);
alter table seal set (autovacuum_analyze_scale_factor = 0.2);
alter table credential set (autovacuum_analyze_scale_factor = 0.2);
alter table credential_use set (autovacuum_analyze_scale_factor = 0.2);
alter table account set (autovacuum_analyze_scale_factor = 0.2);

-- Nearly no settlement undoes another: an index of those alone, instead of one of all rows.
alter table settlement drop constraint settlement_cancels_id_key;
create unique index settlement_cancels on settlement (cancels_id) where cancels_id is not null;
