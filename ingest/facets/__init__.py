"""One reader per known facet: from the facet as sent to the catalog's derived values.

Key names and camelCase of OpenLineage end here.
"""
