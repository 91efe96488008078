"""Governance that computes: policies, waivers, and what follows from them for the things of the mesh."""
