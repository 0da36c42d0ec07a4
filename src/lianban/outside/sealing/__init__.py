"""Electronic seals: one door to whoever holds them, and the check of a sealed file without any database.

`seal` puts the seal on a paper that was printed: by a certificate from the folder of seals (`folder`), or by a seal
service over HTTP (`service`), which is where an SM2 seal by GB/T 38540 belongs. A picture is never called a seal.
`examine` (in `checking`) tells of a file alone whether its signature is whole. 电子签名法 13, 14; 国令 716 8, 9.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from threading import Thread

from lianban.outside.sealing.folder import FolderSealer
from lianban.outside.sealing.orders import CENTRE, Order, Place, Seal, Sealed, Sealer, Unavailable
from lianban.outside.sealing.places import place_of
from lianban.outside.sealing.service import ServiceSealer
from lianban.outside.settings import Settings, settings

__all__ = ["CENTRE", "Order", "Place", "Seal", "Sealed", "Sealer", "Unavailable", "place_of", "seal", "start"]


def build(config: Settings) -> Sealer:
    """Whoever the settings name: a seal service, otherwise the folder of seals."""
    if config.seal_service:
        return ServiceSealer(config.seal_service, config.seal_service_secret, config.seal_seconds)
    return FolderSealer(config.seals_dir, config.seal_password)


@lru_cache(maxsize=4)
def _built(config: Settings) -> Sealer:
    return build(config)


def start() -> None:
    """Load what signing needs, beside the start of the process: the first paper shall not wait for it."""
    if not settings().seal_service and settings().seals_dir.is_dir():
        Thread(target=import_module, args=("lianban.outside.sealing.signing",), daemon=True).start()


async def seal(order: Order) -> Sealed | None:
    """The sealed paper; None when this seal is not electronic here. Raises Unavailable."""
    return await _built(settings()).seal(order)
