"""Rows of one person that become one, with four eyes."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0061_invitations")]  # noqa: RUF012
    operations = [script("0062_merges")]  # noqa: RUF012
