"""A contract of raw.orders, before a change that drops a column, and after it."""

BEFORE = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
name: Orders
version: 1.0.0
status: active
schema:
  - name: orders
    physicalName: raw.orders
    properties:
      - name: id
        logicalType: string
      - name: email
        logicalType: string
"""
AFTER = BEFORE.replace("1.0.0", "2.0.0").replace("      - name: email\n        logicalType: string\n", "")
