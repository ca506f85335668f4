"""How what a bill leaves was paid over the counter, and by which way it went back."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0085_one_person")]  # noqa: RUF012
    operations = [script("0086_paid_way")]  # noqa: RUF012
