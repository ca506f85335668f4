"""A month of the books as files that prove themselves: no database is needed to check them against
the days' roots, or to prove a bill that is in them.

    manifest.json   from when to when, how many rows, each file's SM3, the roots of the days
    rows.tsv        each transfer and settlement with its canonical text, in order of id
    beside.tsv      hashes of other months' rows in the same blocks of 1024 of a day's tree

A file of rows is read from the middle: a bill's lines are found by halves, whatever its size.
"""
