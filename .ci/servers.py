"""Says which of the two servers does not answer: `servers.py DATABASE_URL REDIS_URL`; status 1 when one is missing."""

import sys

import psycopg
import redis


def main(database_url: str, redis_url: str) -> int:
    """Print one line per server that does not answer and return how the run ends."""
    problems = []
    try:
        psycopg.connect(database_url, connect_timeout=5).close()
    except psycopg.Error as problem:
        problems.append(f"PostgreSQL does not answer: {problem}")
    try:
        redis.Redis.from_url(redis_url, socket_connect_timeout=5).ping()
    except redis.RedisError as problem:
        problems.append(f"Redis does not answer: {problem}")
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
