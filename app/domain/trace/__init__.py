"""药品追溯码: the code on a smallest package, which is sold once.

``rules.py`` says what a bill's codes must be like (pure), ``repository.py`` keeps what is sold: in
the settlement's own transaction, and free again when that is undone (law 5)."""
