"""What the books are proved by is kept month by month."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0087_distributed_schema")]  # noqa: RUF012
    operations = [script("0088_months")]  # noqa: RUF012
