"""Services as they are shipped are pinned with all that they name, and opened again from that alone."""

from typing import Any

import pytest

from tests.fixtures import make_institution
from tests.kinds import KINDS
from tests.unit.services.domain.samples import FOLDERS
from uruk.definitions.api import load_country
from uruk.kernel.api import Actor
from uruk.publishing.api import publish_country
from uruk.services import pins
from uruk.services.models import PinnedService

pytestmark = pytest.mark.database


@pytest.mark.parametrize("code", sorted(FOLDERS))
def test_a_shipped_service_is_pinned_with_all_that_it_names(transactional_db: None, log: Any, code: str) -> None:
    country = load_country(FOLDERS[code], KINDS)
    (owner,) = {one.institution for one in country.of_kind("service") if one.code == code}
    make_institution(owner)
    publish_country(Actor.system(), country)
    pinned = pins.current_service(owner, code)
    pins._opened.cache_clear()
    again = pins.open_pinned(pinned.digest)
    assert again.service.scope == pinned.service.scope and again.service.definition.states
    wanted = {
        effect.target
        for state in again.model.states.values()
        for effect in state.do
        if effect.kind == "reserve" and "/" in effect.target and not effect.target.startswith(f"{owner}/")
    }
    assert set(again.reserves) == wanted
    files = PinnedService.objects.get().files
    assert sum(len(text) for text in files.values()) < 100_000, "what a version costs to keep"
