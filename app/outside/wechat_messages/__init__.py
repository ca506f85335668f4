"""WeChat's subscribe messages: a token that all processes share, values in the form of their type,
and one message at a time."""
