"""Who shows a relative's code may be insured in another cell."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0090_places_apart")]  # noqa: RUF012
    operations = [script("0091_shown_elsewhere")]  # noqa: RUF012
