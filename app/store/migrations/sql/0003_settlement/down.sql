drop index transfer_grant;
drop table fee_line, visit, counter_task, settlement, outcome, waiting, request, till_sign_in;
