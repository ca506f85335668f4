"""Money of the wallet and of premiums that found no account waits at the counter, too."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0054_once_and_paused")]  # noqa: RUF012
    operations = [script("0055_suspended_tasks")]  # noqa: RUF012
