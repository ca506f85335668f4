-- What a code begins with: seven digits, or the 14 of a GTIN where it is a GS1 code.
alter table trace_product alter column prefix type varchar(14);

-- backwards

delete from trace_product where length(prefix) > 7;
alter table trace_product alter column prefix type varchar(7);
