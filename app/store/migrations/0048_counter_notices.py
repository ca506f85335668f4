"""Who is told of what clerks do."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0047_counter")]  # noqa: RUF012
    operations = [script("0048_counter_notices")]  # noqa: RUF012
