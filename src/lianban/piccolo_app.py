"""What Piccolo asks for: the engine, the tables of every chapter, the folder of the migrations."""

from importlib import import_module
from pkgutil import iter_modules

from piccolo.conf.apps import AppConfig, AppRegistry, table_finder

from lianban.outside.database import APP, DB
from lianban.outside.settings import shipped

__all__ = ["APP_CONFIG", "APP_REGISTRY", "DB"]

_tables = import_module("lianban.tables")

APP_CONFIG = AppConfig(
    app_name=APP,
    migrations_folder_path=str(shipped("migrations")),
    table_classes=table_finder(
        [m.name for m in iter_modules(_tables.__path__, "lianban.tables.")], exclude_imported=True
    ),
    migration_dependencies=[],
)
APP_REGISTRY = AppRegistry(apps=["lianban.piccolo_app"])
