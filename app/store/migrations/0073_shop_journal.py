"""Who at which till has sent what moves money."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0072_fee_prescription")]  # noqa: RUF012
    operations = [script("0073_shop_journal")]  # noqa: RUF012
