"""The night shift: operators, live figures, one settlement's story, the audit of looks."""
