"""Marks of those who read append-only tables."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0009_weekly_cap")]  # noqa: RUF012
    operations = [script("0010_feed")]  # noqa: RUF012
