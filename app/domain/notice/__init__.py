"""通知: whoever's money or code was used, and whom a change concerns, is told (law 15).

An event is a row that is written anyway. Readers of the feed (app/store/feed.py) go over such
tables half a minute behind, on no till's way, and make of each row a telling for each person
concerned; the inbox takes each once, by person, kind and row. Of those whom the inbox took, who
wishes it is told outside, too (``sending.py``).

To tell of something new:

1. a line in ``kinds.py``: its code, topic and tab, what helps, and the words in both languages. In
   them stand the names of what a telling brings: people (``name``), sums (``fen``), institutions
   (``shop``), days, causes;
2. where it comes from: if records change in place, a row in ``happening`` (written by a trigger, as
   of grants; see migration 0042) and a branch in ``rules/happenings.py``; else a reader of an
   append-only table with ids in order of time: a file in ``facts/`` with its statement and what
   becomes of a row, and its line in ``READERS`` (``telling.py``), with the place of its table.
   The name of the reader belongs into the table ``feed`` by a migration, so that what was before
   is no news.

Whoever has signed for a child is told beside it of what ``rules/guardians.py`` names.

Of what a donor may see of a patient's bill, and of who has not agreed, decide the rules that
decide it elsewhere: tests/api/phone/test_donors_view.py.
"""
