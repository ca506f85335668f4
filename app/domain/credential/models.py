"""Tables of codes shown and codes decoded."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Credential(Model):
    """One code shown: whose, by whom, as what, when. The code itself is only in Redis."""

    id = fields.BigIntField(primary_key=True, generated=False)
    holder_id = fields.BigIntField()
    shower_id = fields.BigIntField()
    binding_id = fields.BigIntField(null=True)
    relation = fields.CharField(max_length=30)
    business_type = fields.CharField(max_length=5)
    issued_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "credential"


class CredentialUse(Model):
    """The one decode of a code."""

    credential_id = fields.BigIntField(primary_key=True, generated=False)
    fixmedins_code = fields.CharField(max_length=14)
    msgid = fields.CharField(max_length=30)
    opter = fields.CharField(max_length=64)
    decoded_at = fields.DatetimeField()

    class Meta:
        table = "credential_use"
