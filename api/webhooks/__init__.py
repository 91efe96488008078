"""Webhooks: changes of the mesh sent to addresses that people name, signed, in order, until they are taken."""
