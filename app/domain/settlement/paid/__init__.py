"""How the cash of a bill was paid over the counter, as the shop says: no money of ours moves."""
