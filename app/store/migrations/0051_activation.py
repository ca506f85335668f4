"""Whose 医保码 is opened."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0050_bureaus")]  # noqa: RUF012
    operations = [script("0051_activation")]  # noqa: RUF012
