"""Tasks of life events at the counter, and the end of an account with four eyes."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0056_told_besides")]  # noqa: RUF012
    operations = [script("0057_counter_events")]  # noqa: RUF012
