"""The service and the command line: HTTP, GraphQL, keys, settings; the composition root.

No business rule lives here.
"""
