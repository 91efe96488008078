"""GraphQL: the questions people and programs ask, over the store port (design §10).

``api.graphql.endpoint.graphql`` answers ``POST /graphql``; ``api.graphql.schema.answer`` needs no HTTP.
"""
