"""``qinji trace``: trace codes 药品追溯码."""
