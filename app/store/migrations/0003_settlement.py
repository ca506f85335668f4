"""What tills send, what was decided, settlements and their transfers."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0002_phones")]  # noqa: RUF012
    operations = [script("0003_settlement")]  # noqa: RUF012
