"""SM2 signatures (GB/T 32918.2): keys and signatures as they are written, made and looked at.

The arithmetic is GmSSL's (``gmssl_pyx``); a machine for which it isn't made has no SM2."""
