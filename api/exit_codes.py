"""Exit codes of the command line, one meaning each.

0    done; for ``ingest`` and ``import``: all is kept; for ``impact``: safe;
     for ``proposal check``: it may be made; for ``policy check``: nothing fails (newly, by files)
1    for ``ingest`` and ``import``: some were rejected; for ``policy lint``: something is refused;
     for ``verify``: it differs; for ``impact`` and ``proposal check``: block; for ``policy check``: what
     blocks fails; for ``findings``: one is as severe as ``--fail-on`` says
2    for ``impact`` and ``proposal check``: review; for ``policy check``: something fails
3    could not, or could not decide: wrong usage, wrong input, no store, no service, a crash
130  stopped by Ctrl-C
141  the reader of the output left before its end, as ``| head`` does
"""

OK = 0
REJECTED = 1
DIFFERS = 1
BLOCK = 1
FOUND = 1
REVIEW = 2
COULD_NOT = 3
INTERRUPTED = 130
READER_LEFT = 141
