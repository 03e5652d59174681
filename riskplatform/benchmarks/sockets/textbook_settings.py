"""The settings of the textbook's server: ours, with the channel layer of the tutorials."""

from riskplatform.settings import *  # noqa: F403
from riskplatform.settings import REDIS_KEY_PREFIX, REDIS_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_KEY_PREFIX}textbook"},
    }
}
