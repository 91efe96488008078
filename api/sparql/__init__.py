"""SPARQL: a copy of the graph as RDF that a process of its own holds, and the endpoint that asks it."""
