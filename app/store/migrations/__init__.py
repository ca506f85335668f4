"""Migrations, run by Tortoise's own executor; each one's SQL lies beside it in ``sql/``."""
