"""The checks of policies: each says of every thing that it is asked about whether it is so, is not, or is not known."""
