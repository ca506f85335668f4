"""药品追溯码 at the phones' door."""
