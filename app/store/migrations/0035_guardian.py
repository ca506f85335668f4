"""Under which number a check outside found somebody to be a child's guardian."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0034_reasons_sealed")]  # noqa: RUF012
    operations = [script("0035_guardian")]  # noqa: RUF012
