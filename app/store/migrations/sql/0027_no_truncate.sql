-- TRUNCATE fires none of the triggers for UPDATE and DELETE, and a cascade from another table comes
-- here too. A day that is closed stands as long as the rows it was closed over.
create trigger transfer_no_truncate before truncate on transfer
    for each statement execute function refuse_change();
create trigger settlement_no_truncate before truncate on settlement
    for each statement execute function refuse_change();
create trigger outcome_no_truncate before truncate on outcome
    for each statement execute function refuse_change();
create trigger seal_no_truncate before truncate on seal
    for each statement execute function refuse_change();
create trigger day_root_no_truncate before truncate on day_root
    for each statement execute function refuse_change();
create trigger ops_sign_in_no_truncate before truncate on ops_sign_in
    for each statement execute function refuse_change();
create trigger ops_look_no_truncate before truncate on ops_look
    for each statement execute function refuse_change();

-- backwards

drop trigger ops_look_no_truncate on ops_look;
drop trigger ops_sign_in_no_truncate on ops_sign_in;
drop trigger day_root_no_truncate on day_root;
drop trigger seal_no_truncate on seal;
drop trigger outcome_no_truncate on outcome;
drop trigger settlement_no_truncate on settlement;
drop trigger transfer_no_truncate on transfer;
