"""Policies as the command line and GraphQL tell them: asked of a store or of a running service."""
