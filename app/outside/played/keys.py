"""What the demo's outside knows us by, and the password that opens every card there. No secrets."""

APPID = "wx-demo-appid"
APP_SECRET = "demo-app-secret"  # noqa: S105
IDENTITY_KEY = "demo-identity-key"
TAX_KEY = "demo-tax-key"
CARD_PASSWORD = "123456"  # noqa: S105
TEMPLATES = "money=demo-template-money,rights=demo-template-rights*"


def environment(url: str) -> dict[str, str]:
    """With which programs find all of it played at an address, and are known there."""
    return {
        "QINJI_WECHAT_BASE_URL": url,
        "QINJI_WECHAT_APPID": APPID,
        "QINJI_WECHAT_SECRET": APP_SECRET,
        "QINJI_WECHAT_TEMPLATES": TEMPLATES,
        "QINJI_TAX_BASE_URL": url,
        "QINJI_TAX_KEY": TAX_KEY,
        "QINJI_IDENTITY_BASE_URL": url,
        "QINJI_IDENTITY_KEY": IDENTITY_KEY,
    }
