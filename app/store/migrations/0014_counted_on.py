"""The day in whose periods a settlement counts."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0013_ended_by_rule")]  # noqa: RUF012
    operations = [script("0014_counted_on")]  # noqa: RUF012
