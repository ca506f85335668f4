"""Accounts that were paid out and closed."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0040_closes")]  # noqa: RUF012
    operations = [script("0041_pay_outs")]  # noqa: RUF012
