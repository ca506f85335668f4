"""Who treats or dispenses at an institution: loaded from a file, shown to that institution only."""
