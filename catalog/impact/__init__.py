"""Impact: what a proposed change does downstream, to whom, why, and how sure that is."""
