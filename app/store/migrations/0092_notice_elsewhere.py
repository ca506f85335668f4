"""Notices of things that have happened here to people of other cells, until those have them."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0091_shown_elsewhere")]  # noqa: RUF012
    operations = [script("0092_notice_elsewhere")]  # noqa: RUF012
