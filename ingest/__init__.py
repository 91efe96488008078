"""OpenLineage in: decoding, interpretation to statements, the group-committing pipeline, files, replay."""
