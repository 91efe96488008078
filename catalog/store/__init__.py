"""The store port and its adapters: in-memory, SQLite, Neo4j."""
