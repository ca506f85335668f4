"""Tables of logins and identity checks."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Login(Model):
    """One WeChat user of the mini-program, bound to an insured person after a real-name check.

    ``taken_at``: when another login took that person.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    openid = fields.CharField(max_length=128, unique=True)
    person_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField()
    bound_at = fields.DatetimeField(null=True)
    taken_at = fields.DatetimeField(null=True)

    class Meta:
        table = "login"


class IdentityCheck(Model):
    """The result of one real-name check: never a face, a picture or a card number."""

    id = fields.BigIntField(primary_key=True, generated=False)
    login_id = fields.BigIntField()
    person_id = fields.BigIntField(null=True)
    method = fields.CharField(max_length=20)
    provider = fields.CharField(max_length=40)
    provider_ref = fields.CharField(max_length=100)
    passed = fields.BooleanField()
    score_band = fields.CharField(max_length=20)
    checked_at = fields.DatetimeField()

    class Meta:
        table = "identity_check"
