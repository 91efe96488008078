"""The commands of ``meshline``, a module for each verb."""
