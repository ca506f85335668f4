"""``qinji keys``."""
