"""What institutions tell of their goods (3501 to 3507)."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0059_wallet_place")]  # noqa: RUF012
    operations = [script("0060_goods_told")]  # noqa: RUF012
