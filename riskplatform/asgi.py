"""HTTP and WebSocket entry."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskplatform.settings")
http = get_asgi_application()

# The app registry must be ready before anything that imports a model.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402

from riskplatform import web_limits  # noqa: E402
from streaming import daphne_socket  # noqa: E402
from streaming.origin import guarded  # noqa: E402
from streaming.routing import sockets  # noqa: E402

web_limits.install()
daphne_socket.install()
application = ProtocolTypeRouter({"http": http, "websocket": guarded(AuthMiddlewareStack(sockets))})
