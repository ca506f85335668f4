"""Tables of the registry: insured persons, institutions, the catalogue."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from app.words import NORMAL


class Person(Model):
    """One insured person. The ``*_sealed`` columns are SM4-GCM, the ``*_index`` ones HMAC-SM3.

    ``activated_at``: since when the 医保码 is opened; ``activated_login``: by which log-in, where
    it was one: it speaks for the person since then. ``merged_into``: the row of the same person
    that stays.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    psn_no = fields.CharField(max_length=30, unique=True)
    psn_name_sealed = fields.BinaryField()
    psn_name_index = fields.BinaryField()
    psn_cert_type = fields.CharField(max_length=6)
    certno_sealed = fields.BinaryField()
    certno_index = fields.BinaryField()
    gend = fields.CharField(max_length=1)
    brdy = fields.DateField()
    insutype = fields.CharField(max_length=6)
    psn_type = fields.CharField(max_length=6)
    psn_insu_stas = fields.CharField(max_length=3)
    insuplc_admdvs = fields.CharField(max_length=6)
    suspended = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    written_index = fields.BinaryField(null=True)
    activated_at = fields.DatetimeField(null=True)
    activated_login = fields.BigIntField(null=True)
    merged_into = fields.BigIntField(null=True)

    class Meta:
        table = "person"

    @property
    def insured(self) -> bool:
        """Whether the person's basic insurance is in order."""
        return self.psn_insu_stas == NORMAL


class Institution(Model):
    """A pharmacy, clinic or hospital that may settle."""

    fixmedins_code = fields.CharField(max_length=14, primary_key=True)
    fixmedins_name = fields.CharField(max_length=200)
    fixmedins_type = fields.CharField(max_length=3)
    hosp_lv = fields.CharField(max_length=3)
    admdvs = fields.CharField(max_length=6)
    auth_scheme = fields.CharField(max_length=10)
    key_id = fields.CharField(max_length=64, unique=True)
    secret_sealed = fields.BinaryField()
    secret_index = fields.BinaryField()
    outpatient_pooling = fields.BooleanField()
    cross_region = fields.BooleanField()
    updated_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    former_scheme = fields.CharField(max_length=10, null=True)
    former_key_id = fields.CharField(max_length=64, null=True)
    former_secret_sealed = fields.BinaryField(null=True)
    former_until = fields.DatetimeField(null=True)
    wallet_at = fields.CharField(max_length=3, default="")
    id_number = fields.BooleanField(default=False)
    uscc = fields.CharField(max_length=50, default="")
    tif_allowed = fields.BooleanField(default=False)

    class Meta:
        table = "institution"


class CatalogueItem(Model):
    """A drug, device or service of the insurance catalogue."""

    med_list_codg = fields.CharField(max_length=50, primary_key=True)
    name = fields.CharField(max_length=200)
    list_type = fields.CharField(max_length=3)
    chrgitm_lv = fields.CharField(max_length=2)
    selfpay_prop = fields.DecimalField(max_digits=5, decimal_places=4)
    pric_uplmt_amt = fields.DecimalField(max_digits=16, decimal_places=6, null=True)
    licence = fields.CharField(max_length=20, default="")
    updated_at = fields.DatetimeField()
    goods = fields.CharField(max_length=10, null=True)

    class Meta:
        table = "catalogue_item"
