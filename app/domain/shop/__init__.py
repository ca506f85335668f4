"""An institution's own people at its tills: cashiers with number and PIN."""
