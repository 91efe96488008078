"""Expressions of one column, as authors write them: which of them a type can take is the database's to say."""

SCALARS = """
{c} + 1|{c} - 1|{c} * 1.5|{c} / 2|{c} // 2|{c} % 2|-{c}|abs({c})|round({c}, 1)|floor({c})|sqrt({c})|power({c}, 2)
{c} = 1|{c} = 'open'|{c} = '1'|{c} <> ''|{c} > 0|{c} > '2024-01-02'|{c} = true|{c} < 2.5|{c} is null
{c} is distinct from 1|{c} in (1, 2)|{c} in ('a', 'b')|{c} not in ('2024-01-01')|{c} between 1 and 10
{c} between '2024-01-01' and '2024-12-31'|coalesce({c}, 0)|coalesce({c}, 'none')|coalesce({c}, date '2024-01-01')
coalesce({c}, false)|nullif({c}, 0)|nullif({c}, '')|ifnull({c}, 0)|greatest({c}, 1)|least({c}, 'x')
greatest({c}, day)|least({c}, id)|{c} || '-'|'a' || {c}|{c} || id|concat({c}, '-', id)|concat_ws('-', {c}, name)
{c} like 'w%'|{c} ilike '%1'|{c} ~ '[0-9]'|upper({c})|lower({c})|trim({c})|length({c})|left({c}, 2)
substring({c}, 1, 2)|{c}[1]|{c}[1:2]|replace({c}, 'w', 'v')|split_part({c}, ' ', 1)|regexp_replace({c}, 'a', 'b')
regexp_matches({c}, 'a')|lpad({c}, 5, '0')|reverse({c})|md5({c})|starts_with({c}, 'w')|contains({c}, 'o')
strlen({c})|ascii({c})|string_split({c}, ' ')|format('{{}}', {c})|printf('%s', {c})|cast({c} as integer)|{c}::bigint
cast({c} as date)|{c}::varchar|{c}::double|{c}::decimal(12, 2)|{c}::boolean|{c}::timestamp|try_cast({c} as integer)
try_cast({c} as date)|{c}::tinyint|{c}::decimal(3, 1)|{c}::time|{c}::integer::varchar|extract(year from {c})
extract(hour from {c})|date_part('month', {c})|year({c})|dayname({c})|last_day({c})|epoch({c})
date_trunc('month', {c})|date_diff('day', {c}, date '2024-02-01')|date_diff('day', day, {c})
date_add({c}, interval 1 day)|{c} + interval 1 day|{c} - interval '1' month|{c} - date '2024-01-01'|{c} - day
{c} + id|strftime({c}, '%Y')|strptime({c}, '%Y-%m-%d')|to_timestamp({c})|make_date({c}, 1, 1)|{c} > current_date
{c} <= now()|age({c})|{c} at time zone 'UTC'|not {c}|{c} and true|{c} or id > 1|if({c}, 1, 2)
case when {c} then 1 else 0 end|iff({c} > 1, 'a', 'b')|{c}::int = 1|case when {c} > 1 then 1 end
case {c} when 'a' then 1 when 'b' then 2 end|case {c} when 1 then 'x' else 'y' end
case when id > 2 then {c} else 0 end|case when id > 2 then {c} else 'other' end|case when id > 2 then {c} end
case when ok then {c} else day end|case when {c} is null then 'none' else {c} end
case when {c} = 'x' then 1 else id end|{c} = id|{c} = name|{c} = day|{c} < amount|{c} >= at|{c} = code|{c} <> ratio
{c} = ok|[{c}, id]|[{c}]|struct_pack(a := {c}).a|{{'a': {c}, 'b': 1}}|list_contains([{c}], 1)|list_value({c}, name)
map([{c}], [1])|{c} in (select id from u)|{c} in (select label from u)|{c} = (select max(id) from u)
{c} > (select min(since) from u)|exists (select 1 from u where u.id = t.{c})
exists (select 1 from u where u.label = t.{c})|hash({c})|{c} = any([1, 2])|lag({c}) over (order by id)
lead({c}, 1, 0) over (order by id)|lead({c}, 1, 'x') over (order by id)|rank() over (order by {c})
sum({c}) over (order by id)|max({c}) over (partition by name)|row_number() over (partition by {c} order by id)
first_value({c}) over (order by {c})|avg({c}) over ()|coalesce({c}, id, 0)|coalesce({c}, name, 'x')
round({c}, 0)::int|sum(id) over (order by {c} range between 1 preceding and current row)
ntile(4) over (order by {c})|typeof({c})
"""
AGGREGATES = """
sum({c})|avg({c})|min({c})|max({c})|count({c})|count(distinct {c})|list({c})|string_agg({c}, ',')|bool_or({c})
bool_and({c})|count_if({c})|median({c})|mode({c})|stddev({c})|quantile_cont({c}, 0.5)|arg_max(id, {c})
any_value({c})|first({c})|sum({c} * 2)|sum(case when {c} then 1 else 0 end)|sum(case when {c} > 1 then amount end)
max({c}) - min({c})|corr({c}, id)|sum({c}::int)|count(*) filter (where {c} > 1)|count(*) filter (where {c} = 'x')
sum(coalesce({c}, 0))|max({c}) > '2024-01-01'|product({c})|min({c}) + 1|max({c}) || '!'|coalesce(max({c}), 0)
coalesce(sum({c}), 0)|bit_and({c})|approx_quantile({c}, 0.5)|histogram({c})
"""
QUERIES = """
select count(*) from t where {c}|select count(*) from t where {c} = 1
select count(*) from t where {c} = 'x' and id > 0|select count(*) from t join u on t.{c} = u.id
select count(*) from t join u on t.{c} = u.label|select count(*) from t left join u on t.{c} = u.since
select count(*) from t join u on t.{c} > u.total|select {c}, count(*) from t group by {c} having max({c}) > '3'
select {c} from t union all select id from u|select {c} from t union select label from u
select id from u union all select {c} from t|select since from u union all select {c} from t
select {c} from t except select total from u|select {c} from t intersect select label from u
select * from t order by {c} limit 3|select {c} from t union all select null|select {c} from t union all select 'x'
select 1 as v union all select {c} from t|with a as (select {c} as v from t) select v + 1 as w from a
with a as (select max({c}) as v from t) select * from u, a where id = v
with a as (select {c} as v from t where {c} is not null) select cast(v as date) from a
select t.*, u.label from t join u on u.label = t.{c} and u.id > 1|select distinct {c} from t where {c} >= 2
select * exclude (id) replace (upper({c}) as {c}) from t|select * replace ({c} + 1 as {c}) from t
select columns('{c}') + 1 from t|select sum(v) from (select {c} as v from t where {c} > 1)
select * from t qualify row_number() over (partition by {c} order by id) = 1
select {c}, sum(amount) from t group by all|select x from (select unnest([{c}, {c}]) as x from t)
select * from range(3) r(n) join t on n = {c}|select * from t pivot (sum(amount) for {c} in (1, 2))
select * from t pivot (count(*) for {c} in ('a', 'b'))
select * from (select id, {c} from t) unpivot (v for k in (id, {c}))
select * from (values (1), (2)) v(x) join t on x = {c}|select * from t asof join u on t.{c} >= u.since
select * from t join u using (id) where {c} = total|select id from t where ({c}, id) in (select id, id from u)
select * from t where {c} in (select max(id) from u group by label)
select {c} from t group by rollup ({c}) order by 1
with recursive r as (select {c} as n from t union all select n + 1 from r where n < 3) select * from r
select min({c}) as low, max({c}) as high, max({c}) - min({c}) as spread from t group by name
select id from t where {c}::date = day|select * from t where {c} = (select {c} from t limit 1) || ''
select t.id from t, u where t.{c} = u.id and u.label like 'w%'
"""


def _parts(text: str) -> list[str]:
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|") if part.strip()]


def _split(text: str) -> list[str]:
    """``||`` is an operator of SQL, ``|`` parts the expressions."""
    return [part.replace("\0", "||") for part in _parts(text.replace("||", "\0"))]


def texts() -> list[str]:
    """All texts, ``{c}`` where the column stands; every second scalar in a filter or under a name too."""
    scalars = _split(SCALARS)
    return [
        *(f"select {one} as v from t" for one in scalars),
        *(f"select id from t where ({one}) is not null" for one in scalars[::3]),
        *(f"select name, {one} as v from t group by name" for one in _split(AGGREGATES)),
        *_split(QUERIES),
    ]
