"""Donors who want to be asked first."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0045_shown")]  # noqa: RUF012
    operations = [script("0046_asked_first")]  # noqa: RUF012
