"""Months whose bills' transfers lie in an archive and no longer here: brought away, brought back.

What goes is what bills moved. Outcomes stay, so nothing is ever done twice; seals stay, so the
days' trees are still built from all their leaves; and of the transfers stays what something to come
may still ask for (``detaching``). Where an account's books begin since is told by ``month_base``.
"""
