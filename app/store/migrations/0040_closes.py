"""The personal account's yearly close."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0039_credits")]  # noqa: RUF012
    operations = [script("0040_closes")]  # noqa: RUF012
