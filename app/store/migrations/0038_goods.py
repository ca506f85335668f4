"""Kinds of goods that regions treat apart."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0037_wallet_at")]  # noqa: RUF012
    operations = [script("0038_goods")]  # noqa: RUF012
