"""Naming rules: how two spellings of a name are known to be of one dataset; neither is rewritten (docs/aliases.md)."""
