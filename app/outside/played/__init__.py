"""Plays what lies outside Qinji, each port's part in a file of its name. For tests and the demo.

    python -m app.outside.played --port 8090

Nobody asks this server unless QINJI_WECHAT_BASE_URL and QINJI_IDENTITY_BASE_URL point to it.
"""
