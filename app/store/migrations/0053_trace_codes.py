"""Trace codes (药品追溯码): each is sold once."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0052_notice_messages")]  # noqa: RUF012
    operations = [script("0053_trace_codes")]  # noqa: RUF012
