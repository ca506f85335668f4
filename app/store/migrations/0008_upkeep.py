"""What the database's own upkeep costs while tills wait."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0007_registry")]  # noqa: RUF012
    operations = [script("0008_upkeep")]  # noqa: RUF012
