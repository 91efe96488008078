from tests.convergence.conftest import fresh_store as fresh_store
from tests.convergence.conftest import kind as kind
