"""``qinji doctor``: each check is seen well and seen failing, on real servers."""
