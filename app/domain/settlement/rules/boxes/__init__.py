"""The trace codes of a bill's boxes (``app/domain/trace``), as the fold looks at them."""
