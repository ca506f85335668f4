"""A visit's line may name the electronic prescription that it fills."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0071_allotted")]  # noqa: RUF012
    operations = [script("0072_fee_prescription")]  # noqa: RUF012
