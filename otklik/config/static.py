from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types there
    """Hashed names also inside ES modules. Only relative imports that end in a semicolon are seen."""

    support_js_module_import_aggregation = True
