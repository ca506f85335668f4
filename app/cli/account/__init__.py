"""``qinji account``."""
