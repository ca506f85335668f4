"""Questions that travel as cards."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0060_goods_told")]  # noqa: RUF012
    operations = [script("0061_invitations")]  # noqa: RUF012
