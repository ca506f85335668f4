"""The night shift's watch: limits, what was seen, what is handed over."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0077_ops_tally")]  # noqa: RUF012
    operations = [script("0078_ops_watch")]  # noqa: RUF012
