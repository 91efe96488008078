{# CRM and the phone system are loaded by somebody else's job. In dev we stand in for them. #}
{% macro load_external_tables() %}
  create schema if not exists crm_export;
  create schema if not exists telephony;

  create or replace table crm_export.agents as
  select * from (values
    ('AG01', 'Fenwick Brokers – Leeds',  null,   1, 0.125, date '2015-02-01', null),
    ('AG02', 'Fenwick Brokers – York',   'AG01', 1, 0.110, date '2016-03-01', null),
    ('AG03', 'Fenwick Brokers – Selby',  'AG02', 1, 0.100, date '2017-07-15', null),
    ('AG04', 'Pennine Cover',            null,   2, 0.140, date '2014-01-10', null),
    ('AG05', 'Pennine Cover Online',     'AG04', 2, 0.080, date '2019-05-05', null),
    ('AG06', 'A. Scrivener',             null,   3, 0.150, date '2012-12-12', date '2023-06-30'),
    ('AG07', 'B. Scrivener',             'AG06', 3, null,  date '2018-08-08', null),
    ('AG08', 'Moor & Dale',              null,   2, 0.120, date '2020-02-29', null),
    ('AG09', 'moor & dale (dup?)',       'AG08', 2, 0.120, date '2020-03-01', null),
    ('AG10', 'Compare.example',          null,   4, 0.060, date '2021-01-01', null),
    ('AG11', 'Switchly',                 null,   4, 0.065, date '2021-10-01', null),
    ('AG12', 'Northgate IFA',            null,   3, 0.130, date '2016-06-06', null)
  ) as t(agent_code, agent_name, parent_agent_code, region_id, commission_rate, appointed_on, terminated_on);

  create or replace table crm_export.regions as
  select * from (values (1, 'Yorkshire', 'North'), (2, 'Pennines', 'North'), (3, 'Midlands', 'Centre'), (4, 'Online', null), (5, 'Wales', 'West'))
    as t(region_id, region_name, territory);

  create or replace table crm_export."Leads" as
  select * from (values
    (1, 'kit@example.org', 'spring', 'AUT1', 'won', timestamp '2024-01-14 10:00:00', '{"score": 81, "owner": "AG01"}', ['hot', 'phone']),
    (2, 'jo@example.com', 'spring', 'AUT2', 'lost', timestamp '2024-02-03 12:30:00', '{"score": 12}', []),
    (3, null, 'paws', 'PET1', 'open', timestamp '2024-02-11 09:15:00', null, ['web']),
    (4, 'ann@example.net', 'paws', 'PET1', 'won', timestamp '2024-03-02 17:45:00', '{"score": 66, "owner": "AG10"}', ['web', 'repeat']),
    (5, 'lee@example.org', null, 'HOM2', 'won', timestamp '2024-03-05 08:00:00', '{"score": 50, "owner": "AG04"}', null),
    (6, 'lee@example.org', null, 'HOM2', 'won', timestamp '2024-03-05 08:00:00', '{"score": 50, "owner": "AG04"}', null),
    (7, 'SAM@EXAMPLE.ORG', 'brand', 'FAR1', 'open', timestamp '2024-04-21 13:20:00', '{"score": "n/a"}', ['phone']),
    (8, 'pip@example.com', 'partner_x', 'TRV2', 'lost', timestamp '2024-05-30 19:05:00', '{}', ['affiliate'])
  ) as t("Id", "ContactEmail", "Campaign", "ProductInterest", "Stage", "CreatedAt", "Meta", "Tags");

  create or replace table telephony.call_log as
  select * from (values
    ('k-01', '103', 'C2304', timestamp '2023-04-02 09:10:00', timestamp '2023-04-02 09:22:30', 'inbound',  4),
    ('k-02', '104', 'C2306', timestamp '2023-04-09 15:40:00', timestamp '2023-04-09 15:41:00', 'inbound',  null),
    ('k-03', '104', 'C2306', timestamp '2023-04-10 10:00:00', timestamp '2023-04-10 10:31:10', 'outbound', 5),
    ('k-04', '105', null,    timestamp '2023-05-01 11:00:00', timestamp '2023-05-01 11:06:00', 'inbound',  3),
    ('k-05', '109', 'C2311', timestamp '2023-06-16 16:45:00', null,                             'inbound',  null),
    ('k-06', '110', 'C2315', timestamp '2023-07-20 08:59:00', timestamp '2023-07-20 09:15:00', 'outbound', 2),
    ('k-07', '103', 'C2315', timestamp '2023-08-03 14:00:00', timestamp '2023-08-03 14:02:00', 'outbound', 1),
    ('k-08', 'x99', 'C2320', timestamp '2023-09-09 12:12:00', timestamp '2023-09-09 12:20:00', 'inbound',  5),
    ('k-09', '105', 'C2320', timestamp '2024-01-22 09:30:00', timestamp '2024-01-22 09:55:00', 'inbound',  4)
  ) as t(call_id, extension, claim_ref, started_at, ended_at, direction, csat);
{% endmacro %}
