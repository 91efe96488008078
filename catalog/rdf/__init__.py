"""The graph as it is now, in RDF: by our own ontology, and by profiles of DPROD and DCAT-AP."""
