"""A cluster that fails over, of parts that exist: Patroni, etcd, HAProxy, Redis with Sentinel.

On one machine for tests and newcomers (``deploy/cluster/up``), and the same files with hosts filled
in for whoever installs it (deploy/cluster/README.md).
"""
