alter table aid_grant drop column cap_week_fen;
