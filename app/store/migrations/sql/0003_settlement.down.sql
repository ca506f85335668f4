drop index transfer_grant;
drop table settlement, outcome, waiting, request, till_sign_in;
