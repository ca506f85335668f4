"""A visit's doctor, department and diagnoses, and where its lines of cost come from, are sealed."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0031_sealing_key")]  # noqa: RUF012
    operations = [script("0032_visits_sealed")]  # noqa: RUF012
