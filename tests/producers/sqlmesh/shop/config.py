"""A small SQLMesh project on DuckDB that emits OpenLineage; OPENLINEAGE_URL says where to."""

import os

import sqlmesh_openlineage
from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, ModelDefaultsConfig

sqlmesh_openlineage.install(namespace="shop")

config = Config(
    gateways={"local": GatewayConfig(connection=DuckDBConnectionConfig(database=os.environ["SHOP_DB"]))},
    default_gateway="local",
    model_defaults=ModelDefaultsConfig(dialect="duckdb"),
    disable_anonymized_analytics=True,
)
