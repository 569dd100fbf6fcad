"""Checks that migrations are complete (models and migrations agree) and linear (one leaf, no branch, in each room)."""

import os
import sys
import tempfile
from collections import Counter

import django
from django.core.management import call_command


def branches() -> list[str]:
    """Names of migrations that two others follow, and rooms with more than one last migration."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("uruk.")}
    graph = MigrationLoader(None).graph
    leaves = Counter(app for app, _ in graph.leaf_nodes() if app in ours)
    parents = Counter(
        parent.key
        for key, node in graph.node_map.items()
        if key[0] in ours
        for parent in node.parents
        if parent.key[0] == key[0]
    )
    return [f"{app}: {count} last migrations" for app, count in leaves.items() if count > 1] + [
        f"{app}.{name}: followed by {count}" for (app, name), count in parents.items() if count > 1
    ]


def main() -> int:
    """0 when all is well; prints what is wrong otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["URUK_DATA"] = folder
        django.setup()
        found = branches()
        for line in found:
            sys.stdout.write(f"not linear: {line}\n")
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
