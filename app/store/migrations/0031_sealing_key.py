"""Which keys a database knows, which ones it is written with, and who holds them."""

from tortoise import migrations

from app.store.migrations._script import script


class Migration(migrations.Migration):
    dependencies = [("qinji", "0030_audit_seal")]  # noqa: RUF012
    operations = [script("0031_sealing_key")]  # noqa: RUF012
