"""Reasons that operators type, and notes on a counter's tasks, are sealed."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0033_files_sealed")]  # noqa: RUF012
    operations = [script("0034_reasons_sealed")]  # noqa: RUF012
