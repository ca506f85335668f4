"""A shop's cashiers, each with a number and a PIN."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0073_shop_journal")]  # noqa: RUF012
    operations = [script("0074_cashiers")]  # noqa: RUF012
