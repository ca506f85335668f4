"""Who treats or dispenses at institutions, for which chronic diseases people are registered, and
what institutions ask to be cleared."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0064_own_codes")]  # noqa: RUF012
    operations = [script("0065_practitioners")]  # noqa: RUF012
