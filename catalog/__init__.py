"""The mesh's graph: identities, timelines, the store port, lineage and impact."""
