"""``qinji months``."""
