"""Counts of what came of bills."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0076_person_name")]  # noqa: RUF012
    operations = [script("0077_ops_tally")]  # noqa: RUF012
