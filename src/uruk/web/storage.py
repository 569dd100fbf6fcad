"""Static files under names that carry their digest, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class DigestNamedFiles(CompressedManifestStaticFilesStorage):
    """Also renames what one script imports from another: a page never runs an old part beside a new one."""

    support_js_module_import_aggregation = True
