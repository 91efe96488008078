"""Policies as documents: what one says, its Turtle with SHACL, the policies that are ready to use."""
