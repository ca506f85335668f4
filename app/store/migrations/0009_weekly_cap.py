"""A cap a week on what a donor lets be paid."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0008_upkeep")]  # noqa: RUF012
    operations = [script("0009_weekly_cap")]  # noqa: RUF012
