"""The distribution, as a user gets it: built, installed into an empty environment, run."""
