"""The nation's lists with their versions, and from which day the catalogue says what."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0062_merges")]  # noqa: RUF012
    operations = [script("0063_catalogue_versions")]  # noqa: RUF012
