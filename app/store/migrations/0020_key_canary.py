"""The keys are tried on a sealed canary at every start."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0019_agreed")]  # noqa: RUF012
    operations = [script("0020_key_canary")]  # noqa: RUF012
