"""Who treats or dispenses at institutions, and for which chronic diseases people are registered."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0064_own_codes")]  # noqa: RUF012
    operations = [script("0065_practitioners")]  # noqa: RUF012
