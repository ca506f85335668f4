"""People are found by the name's keyed index."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0074_cashiers")]  # noqa: RUF012
    operations = [script("0076_person_name")]  # noqa: RUF012
