"""Requests to people who may not exist."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0020_key_canary")]  # noqa: RUF012
    operations = [script("0021_asked")]  # noqa: RUF012
