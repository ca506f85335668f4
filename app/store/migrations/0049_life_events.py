"""What happened to people, what it did, and who may say so."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0048_counter_notices")]  # noqa: RUF012
    operations = [script("0049_life_events")]  # noqa: RUF012
