"""The demo mesh: a shop of three domains whose pipelines really run over DuckDB and emit OpenLineage events.

``api.demo.load.load_demo(url)`` sends three days of it to a service, ``api.demo.descriptors.publish(url)`` what the
domains say of their products.
"""

from api.demo.descriptors import publish
from api.demo.load import emit_demo, load_demo
from api.demo.summary import DemoSummary

__all__ = ["DemoSummary", "emit_demo", "load_demo", "publish"]
