drop index counter_task_settlement, outcome_set_aside, request_tombstone, request_day, settlement_day;
drop table institution_statement, exchange_file;
