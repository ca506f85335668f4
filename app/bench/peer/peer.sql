-- The same settlement in one transaction of its own, as a service without batches would do it: what
-- pgbench runs beside us. Made in a schema of its own, which is dropped at the end.
create schema bench;
create sequence bench.counter cache 100;

-- An id of this millisecond, like app/kit/ids.py makes them; eight for each settlement.
create function bench.next_id() returns bigint language sql volatile as $$
    select ((extract(epoch from clock_timestamp()) * 1000)::bigint - 1704067200000 << 22)
        | (nextval('bench.counter') * 8 & 4194303)
$$;

-- What the request and the trace of our own path look like, made the patient's own.
create function bench.body(patient bigint) returns jsonb language sql immutable as $$
    select replace(replace('{body}', '@P', patient::text),
        '@N', '1399' || lpad((patient - {person})::text, 12, '0'))::jsonb
$$;
create function bench.trace(
    patient bigint, donor bigint, granted bigint, own1 bigint, own2 bigint, aid bigint
) returns jsonb language sql immutable as $$
    select ('{"legs": [' || concat_ws(', ',
        case when own1 > 0 then '{"person": "' || patient || '", "grant": null, "fen": ' || own1 || '}' end,
        case when own2 > 0 then '{"person": "' || patient || '", "grant": null, "fen": ' || own2 || '}' end,
        case when aid > 0 then '{"person": "' || donor || '", "grant": "' || granted || '", "fen": ' || aid || '}' end)
        || '], ' || replace(replace('{trace}', '@P', patient::text), '@D', donor::text))::jsonb
$$;

create function bench.settle(patient bigint, shop text) returns bigint
language plpgsql as $$
declare
    one bigint := bench.next_id();
    facts person; donor_facts person; where_ institution; granted aid_grant;
    own1 bigint; own1_fen bigint; own1_version bigint;
    own2 bigint; own2_fen bigint; own2_version bigint;
    aid bigint; aid_fen bigint; aid_version bigint;
    payable bigint; items int; pay1 bigint; pay2 bigint; pay3 bigint;
begin
    insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
    values (one, shop, 'B' || one, '2102', 0, sha256(int8send(one)), bench.body(patient), now())
    on conflict (fixmedins_code, msgid) do nothing;
    insert into waiting (request_id, lane) values (one, 0);
    select * into granted from aid_grant
        where beneficiary_id = patient and ended_at is null and confirmed_at is not null;
    select max(id) filter (where person_id = patient and kind = 1),
        max(balance_fen) filter (where person_id = patient and kind = 1),
        max(version) filter (where person_id = patient and kind = 1),
        max(id) filter (where person_id = patient and kind = 2),
        max(balance_fen) filter (where person_id = patient and kind = 2),
        max(version) filter (where person_id = patient and kind = 2),
        max(id) filter (where person_id = granted.donor_id and kind = 1),
        max(balance_fen) filter (where person_id = granted.donor_id and kind = 1),
        max(version) filter (where person_id = granted.donor_id and kind = 1)
    into own1, own1_fen, own1_version, own2, own2_fen, own2_version, aid, aid_fen, aid_version
    from (select id, kind, person_id, balance_fen, version from account
        where person_id in (patient, granted.donor_id) and closed_at is null
        order by id for no key update) as a;
    select * into facts from person where id = patient;
    select * into donor_facts from person where id = granted.donor_id;
    select * into where_ from institution where fixmedins_code = shop;
    select count(name) into items from catalogue_item where med_list_codg in ({codes});
    select max(id) filter (where kind = 12) into payable from account
        where (kind, flow_code) in ((12, shop), (11, left(facts.insuplc_admdvs, 4)), (14, 'refunds'));
    pay1 := least(own1_fen, {payable});
    pay2 := least(own2_fen, {payable} - pay1);
    pay3 := {payable} - pay1 - pay2;
    if pay3 > aid_fen or items < {items} or facts.psn_insu_stas <> '1' or donor_facts.suspended then
        raise exception 'the bench''s settlement is refused';
    end if;
    delete from waiting where request_id = one;
    insert into settlement ({columns})
    values (one + 1, 1, null, one, shop, where_.admdvs, patient, one, null, facts.insutype,
        facts.psn_type, facts.insuplc_admdvs, '41', '', now(), now(), {amounts}, pay1 + pay2, 0,
        pay3, {cash}, own1_fen + own2_fen - pay1 - pay2, '{lines}',
        bench.trace(patient, granted.donor_id, granted.id, pay1, pay2, pay3), '{rules}');
    insert into transfer (id, kind, settlement_id, grant_id, debit_account, credit_account,
        amount_fen, debit_version, debit_after_fen, created_at)
    select one + 2 + n, 2, one + 1, g, account, payable, fen, version, after, now()
    from (values (0, null, own1, pay1, own1_version + 1, own1_fen - pay1),
        (1, null, own2, pay2, own2_version + 1, own2_fen - pay2),
        (2, granted.id, aid, pay3, aid_version + 1, aid_fen - pay3))
        as leg (n, g, account, fen, version, after)
    where fen > 0;
    update account set balance_fen = balance_fen - fen, version = account.version + 1
    from (values (own1, pay1, own1_version), (own2, pay2, own2_version), (aid, pay3, aid_version))
        as leg (id, fen, version)
    where account.id = leg.id and account.version = leg.version and fen > 0;
    insert into outcome (request_id, state, settlement_id, decided_at)
    values (one, 1, one + 1, now());
    return one;
end $$;
