"""The documentation is tested: snippets run, transcripts and help are compared, links resolve."""
