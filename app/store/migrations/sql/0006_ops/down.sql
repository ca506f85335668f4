drop index institution_statement_one_sided, institution_statement_day;
drop table ops_look, ops_sign_in, ops_operator;
