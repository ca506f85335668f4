"""Where the wallet is taken."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0036_wallet")]  # noqa: RUF012
    operations = [script("0037_wallet_at")]  # noqa: RUF012
