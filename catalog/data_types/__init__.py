"""Data types as producers, contracts and people write them: what they are, and what becomes of one that is changed."""
