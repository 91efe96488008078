"""Descriptors: what teams keep in files about their products, contracts, ports and owners, in YAML and JSON.

A file is one document, whatever it holds: one part, or several behind ``---``. Its format is recognised by content.
"""
