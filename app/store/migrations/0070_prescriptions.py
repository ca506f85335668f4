"""Prescriptions: issued, fetched by pharmacies, dispensed by settlements."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0069_sm2")]  # noqa: RUF012
    operations = [script("0070_prescriptions")]  # noqa: RUF012
