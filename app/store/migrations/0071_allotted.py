"""An account for what somebody has set aside for relatives."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0070_prescriptions")]  # noqa: RUF012
    operations = [script("0071_allotted")]  # noqa: RUF012
