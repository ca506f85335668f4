"""Institutions' own codes for items."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0063_catalogue_versions")]  # noqa: RUF012
    operations = [script("0064_own_codes")]  # noqa: RUF012
