"""Proposals of change: what flags, DDL, contracts, manifests, schemas and events say that will be, against what is."""
