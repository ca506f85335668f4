-- How the cash of a message's bill was paid over the counter, or given back, as the shop says. Who says
-- something else later adds a row: the newest holds, and the others tell who had said what.
create table paid_way (
    id bigint primary key,
    request_id bigint not null,
    way varchar(10) not null check (way in ('cash', 'wechat', 'alipay', 'card')),
    opter varchar(30) not null,
    dev_no varchar(100) not null,
    noted_at timestamptz not null
);
create index paid_way_request on paid_way (request_id, id desc);
create trigger paid_way_append_only before update or delete on paid_way
    for each statement execute function refuse_change();
create trigger paid_way_no_truncate before truncate on paid_way
    for each statement execute function refuse_change();

-- By which way what an undoing message gives back came: as the sale was paid that it goes back to. What a
-- part return gave back is another matter, unless that return itself is undone.
create function way_back(undoing bigint) returns varchar language plpgsql stable as $$
declare
    here bigint := undoing;
    reverses boolean;
    undone bigint;
    undone_infno varchar;
    noted varchar;
begin
    loop
        select r.infno = '2601' into reverses from request r where r.id = here;
        select r.id, r.infno into undone, undone_infno
        from settlement s join settlement t on t.id = s.cancels_id join request r on r.id = t.request_id
        where s.request_id = here limit 1;
        if undone is null then
            return null;
        end if;
        if reverses or undone_infno <> '2103A' then
            select p.way into noted from paid_way p where p.request_id = undone
            order by p.id desc limit 1;
            if noted is not null then
                return noted;
            end if;
        end if;
        here := undone;
    end loop;
end $$;

-- backwards

drop function way_back(bigint);
drop table paid_way;
