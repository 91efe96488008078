"""Impact answers where changes are reviewed: comments on pull and merge requests, summaries and outputs of CI jobs."""
