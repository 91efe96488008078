"""The graph as it was at an instant, made anew in a store of its own."""
