-- Codes and message numbers in the form in which tills' messages are read: no blanks around, and what
-- the catalogue's codes have of letters is capital. Of two items that are one by that, the one that
-- tills have reached all the time stays; a message number that would meet another one stays as it is.
delete from catalogue_item c
    where med_list_codg <> upper(med_list_codg) and exists (
        select from catalogue_item o
        where upper(o.med_list_codg) = upper(c.med_list_codg)
            and o.med_list_codg collate "C" < c.med_list_codg collate "C");
update catalogue_item set med_list_codg = upper(med_list_codg)
    where med_list_codg <> upper(med_list_codg);
alter table catalogue_item
    add constraint catalogue_item_capital check (med_list_codg = upper(med_list_codg));
update fee_line set med_list_codg = upper(med_list_codg) where med_list_codg <> upper(med_list_codg);
update request r set msgid = btrim(msgid)
    where msgid <> btrim(msgid) and not exists (
        select from request o
        where o.fixmedins_code = r.fixmedins_code and o.msgid = btrim(r.msgid));
update visit v set msgid = btrim(msgid)
    where msgid <> btrim(msgid) and not exists (
        select from visit o where o.fixmedins_code = v.fixmedins_code and o.msgid = btrim(v.msgid));
update credential_use set msgid = btrim(msgid) where msgid <> btrim(msgid);

-- backwards

alter table catalogue_item drop constraint catalogue_item_capital;
