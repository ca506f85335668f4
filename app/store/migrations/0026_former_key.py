"""How an institution signed before, and until when that holds."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0025_institution_closed")]  # noqa: RUF012
    operations = [script("0026_former_key")]  # noqa: RUF012
