"""No foreign key goes from a table of one place to a table of another."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0089_away")]  # noqa: RUF012
    operations = [script("0090_places_apart")]  # noqa: RUF012
