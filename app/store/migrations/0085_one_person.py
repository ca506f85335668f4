"""A row that was merged says into which, and two functions read through it."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0083_trace_sale_index")]  # noqa: RUF012
    operations = [script("0085_one_person")]  # noqa: RUF012
