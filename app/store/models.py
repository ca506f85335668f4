"""Every room's tables, as Tortoise sees them. The SQL in ``migrations/sql`` is the schema; a test
compares the two."""

MODEL_MODULES = [
    "app.domain.registry.models",
    "app.domain.filing.models",
    "app.domain.login.models",
    "app.domain.credential.models",
    "app.domain.aid.models",
]
"""The modules that hold models, in the order in which rooms depend on each other."""

APP = "qinji"


def tortoise_config(connection: dict[str, object]) -> dict[str, object]:
    """Tortoise's configuration for one connection's credentials."""
    return {
        "connections": {"default": connection},
        "apps": {
            APP: {
                "models": MODEL_MODULES,
                "default_connection": "default",
                "migrations": "app.store.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }
