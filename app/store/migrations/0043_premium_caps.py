"""The caps under which a premium was paid, and since when a refund is asked for."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0042_notices")]  # noqa: RUF012
    operations = [script("0043_premium_caps")]  # noqa: RUF012
