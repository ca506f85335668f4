"""Money can be held, and goes between provinces and to the tax office by accounts of their own."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0027_no_truncate")]  # noqa: RUF012
    operations = [script("0028_holds")]  # noqa: RUF012
