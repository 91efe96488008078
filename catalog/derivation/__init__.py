"""Derived lineage: what is computed outside the request path from what the store holds (SQL; design §4).

It is a pure function of the rest of the graph. The transaction that changes something which it depends on leaves a
*mark* for each job concerned; whoever settles the marks (``ingest.derivation``) computes anew what they are about.
"""
