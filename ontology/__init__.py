"""The ontology: the single source of the labels, relationship types and properties of the graph."""
