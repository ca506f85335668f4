"""Where the wallet is taken."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0034_reasons_sealed")]  # noqa: RUF012
    operations = [script("0036_wallet_at")]  # noqa: RUF012
