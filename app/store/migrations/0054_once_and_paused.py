"""Grants for one bill, and pauses that end by themselves."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0053_trace_codes")]  # noqa: RUF012
    operations = [script("0054_once_and_paused")]  # noqa: RUF012
