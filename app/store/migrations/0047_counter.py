"""Clerks at the counter, what they did, and what waits for a second one's yes."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0046_asked_first")]  # noqa: RUF012
    operations = [script("0047_counter")]  # noqa: RUF012
