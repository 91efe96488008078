"""Manifests of dbt, made of a few things: for tests of their reader."""

from typing import Any

SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v12.json"


def manifest(*nodes: dict[str, Any], version: str = SCHEMA, **sections: Any) -> dict[str, Any]:
    """A manifest with these nodes, each by its unique_id."""
    metadata = {"dbt_schema_version": version, "project_name": "shop", "adapter_type": "postgres"}
    return {"metadata": metadata, "nodes": {node["unique_id"]: node for node in nodes}, **sections}


def model(name: str, **more: Any) -> dict[str, Any]:
    """A model of the project."""
    version = f".v{more['version']}" if "version" in more else ""
    return {
        "resource_type": "model",
        "unique_id": f"model.shop.{name}{version}",
        "name": name,
        "package_name": "shop",
        "database": "wh",
        "schema": "main",
        "alias": name,
        "config": {"materialized": "table"},
        **more,
    }


def groups(**owners: dict[str, Any]) -> dict[str, Any]:
    """Groups of the project, by name: what each has."""
    return {
        f"group.shop.{name}": {"name": name, "package_name": "shop", "owner": {"name": name}, **more}
        for name, more in owners.items()
    }
