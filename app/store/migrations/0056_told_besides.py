"""Who else is told: donors who were asked and said nothing, and whom life events concern."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0055_suspended_tasks")]  # noqa: RUF012
    operations = [script("0056_told_besides")]  # noqa: RUF012
