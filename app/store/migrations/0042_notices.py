"""Notices: what has happened to records that change in place, and everybody's inbox."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0041_pay_outs")]  # noqa: RUF012
    operations = [script("0042_notices")]  # noqa: RUF012
