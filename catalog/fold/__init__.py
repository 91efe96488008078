"""The folds: how log entries become timelines, runs, edges and nodes, whatever the order they come in (design §4)."""
