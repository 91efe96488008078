"""Answers about data products, computed on read from the graph as of an instant; nothing of them is stored.

``read_mesh`` (catalog.mesh.mesh) reads what is declared and gives the answers: bindings, the product graph, the status
of products, a product's page, findings.
"""
