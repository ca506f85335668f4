"""A line of a visit may be a gift."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0014_counted_on")]  # noqa: RUF012
    operations = [script("0015_gifts")]  # noqa: RUF012
