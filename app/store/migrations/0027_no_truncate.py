"""TRUNCATE passes no append-only table any more."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0026_former_key")]  # noqa: RUF012
    operations = [script("0027_no_truncate")]  # noqa: RUF012
