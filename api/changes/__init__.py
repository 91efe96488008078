"""Listening to the feed of changes: a stream of events over HTTP, and subscriptions of GraphQL on top of it."""
