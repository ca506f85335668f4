"""Triggers and defaults ask one function for the time, which a clock in the hand sets."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0078_ops_watch")]  # noqa: RUF012
    operations = [script("0081_present")]  # noqa: RUF012
