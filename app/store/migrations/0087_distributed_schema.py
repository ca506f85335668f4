"""Functions name what they use with its schema, and importers stage in real tables."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0086_paid_way")]  # noqa: RUF012
    operations = [script("0087_distributed_schema")]  # noqa: RUF012
