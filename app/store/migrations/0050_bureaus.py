"""Who may send events in over HTTP."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0049_life_events")]  # noqa: RUF012
    operations = [script("0050_bureaus")]  # noqa: RUF012
