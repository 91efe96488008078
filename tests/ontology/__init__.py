"""Tests of the ontology: the shipped Turtle, its compiler, the model and the schemas made from it."""
