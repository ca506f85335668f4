"""Trace codes of the GS1 form name their product by 14 digits."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0065_practitioners")]  # noqa: RUF012
    operations = [script("0068_trace_products")]  # noqa: RUF012
