"""Sold trace codes are found by their code; a settlement's by a summary of where its rows lie."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0082_node_numbers")]  # noqa: RUF012
    operations = [script("0083_trace_sale_index")]  # noqa: RUF012
