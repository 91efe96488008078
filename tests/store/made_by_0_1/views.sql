CREATE VIEW IF NOT EXISTS "aliases" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."namespace"') AS "namespace",
  json_extract("props", '$."name"') AS "name"
FROM "node" WHERE "label" IN ('Alias');
CREATE VIEW IF NOT EXISTS "data_products" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description"
FROM "node" WHERE "label" IN ('DataProduct');
CREATE VIEW IF NOT EXISTS "datasets" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."namespace"') AS "namespace",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."searchText"') AS "searchText"
FROM "node" WHERE "label" IN ('Dataset');
CREATE VIEW IF NOT EXISTS "dataset_references" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."namespace"') AS "namespace",
  json_extract("props", '$."name"') AS "name"
FROM "node" WHERE "label" IN ('DatasetReference');
CREATE VIEW IF NOT EXISTS "domains" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description"
FROM "node" WHERE "label" IN ('Domain');
CREATE VIEW IF NOT EXISTS "fields" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."dataset"') AS "dataset",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."type"') AS "type",
  json_extract("props", '$."ordinal"') AS "ordinal",
  json_extract("props", '$."inferred"') AS "inferred"
FROM "node" WHERE "label" IN ('Field');
CREATE VIEW IF NOT EXISTS "jobs" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."namespace"') AS "namespace",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."processingType"') AS "processingType",
  json_extract("props", '$."integration"') AS "integration",
  json_extract("props", '$."jobType"') AS "jobType",
  json_extract("props", '$."inferred"') AS "inferred",
  json_extract("props", '$."searchText"') AS "searchText"
FROM "node" WHERE "label" IN ('Job');
CREATE VIEW IF NOT EXISTS "namespaces" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."of"') AS "of"
FROM "node" WHERE "label" IN ('Namespace');
CREATE VIEW IF NOT EXISTS "resources" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name"
FROM "node" WHERE "label" IN ('Alias', 'DataProduct', 'Dataset', 'DatasetReference', 'Domain', 'Field', 'Job', 'Namespace', 'Resource', 'Run', 'Team');
CREATE VIEW IF NOT EXISTS "runs" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."state"') AS "state",
  json_extract("props", '$."startedAt"') AS "startedAt",
  json_extract("props", '$."endedAt"') AS "endedAt",
  json_extract("props", '$."nominalStart"') AS "nominalStart",
  json_extract("props", '$."nominalEnd"') AS "nominalEnd",
  json_extract("props", '$."inferred"') AS "inferred"
FROM "node" WHERE "label" IN ('Run');
CREATE VIEW IF NOT EXISTS "teams" AS SELECT
  "key" AS "key",
  "label" AS "label",
  json_extract("props", '$."name"') AS "name",
  json_extract("props", '$."description"') AS "description"
FROM "node" WHERE "label" IN ('Team');
CREATE VIEW IF NOT EXISTS "alias_of" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."aliasType"') AS "aliasType"
FROM "edge" WHERE "type" = 'ALIAS_OF';
CREATE VIEW IF NOT EXISTS "child_of" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."job"') AS "job"
FROM "edge" WHERE "type" = 'CHILD_OF';
CREATE VIEW IF NOT EXISTS "consumed_by" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo"
FROM "edge" WHERE "type" = 'CONSUMED_BY';
CREATE VIEW IF NOT EXISTS "feeds" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."subtype"') AS "subtype",
  json_extract("props", '$."masking"') AS "masking"
FROM "edge" WHERE "type" = 'FEEDS';
CREATE VIEW IF NOT EXISTS "had_derivation" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo"
FROM "edge" WHERE "type" = 'HAD_DERIVATION';
CREATE VIEW IF NOT EXISTS "has_field" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."type"') AS "type",
  json_extract("props", '$."ordinal"') AS "ordinal",
  json_extract("props", '$."inferred"') AS "inferred"
FROM "edge" WHERE "type" = 'HAS_FIELD';
CREATE VIEW IF NOT EXISTS "influences" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."description"') AS "description",
  json_extract("props", '$."subtype"') AS "subtype",
  json_extract("props", '$."masking"') AS "masking"
FROM "edge" WHERE "type" = 'INFLUENCES';
CREATE VIEW IF NOT EXISTS "in_namespace" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo"
FROM "edge" WHERE "type" = 'IN_NAMESPACE';
CREATE VIEW IF NOT EXISTS "of_job" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."inferred"') AS "inferred"
FROM "edge" WHERE "type" = 'OF_JOB';
CREATE VIEW IF NOT EXISTS "produces" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo"
FROM "edge" WHERE "type" = 'PRODUCES';
CREATE VIEW IF NOT EXISTS "root" AS SELECT
  "source" AS "source",
  "target" AS "target",
  "id" AS "edgeId",
  "origin" AS "origin",
  "via" AS "via",
  "valid_from" AS "validFrom",
  "valid_to" AS "validTo",
  json_extract("props", '$."job"') AS "job"
FROM "edge" WHERE "type" = 'ROOT';
