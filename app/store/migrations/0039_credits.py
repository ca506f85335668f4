"""The personal account's monthly credit."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0038_goods")]  # noqa: RUF012
    operations = [script("0039_credits")]  # noqa: RUF012
