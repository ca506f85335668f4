"""What the demo's outside knows us by, and the password that opens every card there. No secrets."""

APPID = "wx-demo-appid"
APP_SECRET = "demo-app-secret"  # noqa: S105
IDENTITY_KEY = "demo-identity-key"
TAX_KEY = "demo-tax-key"
CARD_PASSWORD = "123456"  # noqa: S105
TEMPLATES = "money=demo-template-money,rights=demo-template-rights*"
