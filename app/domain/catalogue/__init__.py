"""The nation's lists (drugs, herbs, services, supplies, diseases) with their versions, what the
insurance catalogue says of an item on which day, and the institutions' own codes for items.

Reference data: it names no person. What settlement reads of it is ``catalogue_item`` and
``catalogue_term``, by its own facts.
"""
