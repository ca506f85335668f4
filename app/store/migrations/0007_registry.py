"""A version of what institutions and the catalogue say, so that workers may keep what they read."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0006_ops")]  # noqa: RUF012
    operations = [script("0007_registry")]  # noqa: RUF012
