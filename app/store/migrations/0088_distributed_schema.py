"""Functions name what they use with its schema, and importers stage in real tables."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0085_one_person")]  # noqa: RUF012
    operations = [script("0088_distributed_schema")]  # noqa: RUF012
