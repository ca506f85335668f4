"""The owner of a wallet may choose another place of use where the region lets one."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0058_longer_institution_codes")]  # noqa: RUF012
    operations = [script("0059_wallet_place")]  # noqa: RUF012
