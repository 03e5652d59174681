#!/usr/bin/env python3
"""The platform's command line: sets up `.venv` when needed, then hands over to Django.

Plain syntax down to Python 3.6, so that an old interpreter reads far enough to say what is wrong.
"""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  this line is for the interpreters that pyproject.toml excludes
        sys.exit(f"Python 3.11 or newer is needed, this is {sys.version_info[0]}.{sys.version_info[1]}.")
    from riskplatform.bootstrap import ensure_environment

    ensure_environment(sys.argv)
    run_django(sys.argv)


def run_django(arguments: "list[str]") -> None:
    """Prepare RISK_HOME for a person's command and run it; a wrong start ends in one sentence."""
    import environ
    from django.core.exceptions import ImproperlyConfigured

    from riskplatform.home import CHECKOUT, HomeError, prepare_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskplatform.settings")
    try:
        environ.Env.read_env(CHECKOUT / ".env")
        if len(arguments) > 1 and not os.environ.get("RISK_NO_BOOTSTRAP"):
            prepare_command(arguments[1], os.environ)
        if arguments[1:2] == ["up"]:
            from riskplatform.supervision import starting

            starting.main(arguments[2:])
            return
        from django.core.management import execute_from_command_line

        execute_from_command_line(arguments)
    except (HomeError, ImproperlyConfigured) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
