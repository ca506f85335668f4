"""Premiums of residents, ordered, paid and refunded."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0028_holds")]  # noqa: RUF012
    operations = [script("0029_premiums")]  # noqa: RUF012
