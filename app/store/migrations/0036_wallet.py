"""The wallet: who has opened one, and both halves of what is sent."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0035_guardian")]  # noqa: RUF012
    operations = [script("0036_wallet")]  # noqa: RUF012
