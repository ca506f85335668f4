drop table transfer, account, catalogue_item, institution, person;
drop function refuse_change;
drop sequence node_number;
