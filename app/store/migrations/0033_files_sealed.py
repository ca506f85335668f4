"""Files of 9101 and 9102 lie sealed."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0032_visits_sealed")]  # noqa: RUF012
    operations = [script("0033_files_sealed")]  # noqa: RUF012
