"""电子处方: issued by a doctor, fetched and checked by a pharmacy, dispensed by settlements.

``rules.py`` decides what may be dispensed (pure); ``book/dispensing.py`` keeps what was, in the
settlement's own transaction, and gives it back when that is undone (law 5). ``service.py`` is the
doctor's side, ``circulation.py`` the pharmacy's, ``looking.py`` the patient's. What was found and
prescribed lies sealed; only what is counted, items and quantities, lies in clear, as in a bill."""
