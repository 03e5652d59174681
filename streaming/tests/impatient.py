"""The product's application for a server of a test: only its patience with clients that do not read is shorter."""

from riskplatform.asgi import application as application
from streaming import patience

patience.PATIENCE_SECONDS = 3.0
