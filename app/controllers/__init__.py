"""Decisions without widgets: what happens when the user asks for something."""

from dataclasses import dataclass

from app.controllers.browse_controller import BrowseController
from app.controllers.case_controller import CaseController
from app.controllers.classifier_controller import ClassifierController
from app.controllers.data_set_controller import DataSetController
from app.controllers.heat_map_controller import HeatMapController
from app.controllers.network_controller import NetworkController


@dataclass(frozen=True, slots=True)
class Controllers:
    """All of them, for those who connect."""

    data_set: DataSetController
    classifier: ClassifierController
    cases: CaseController
    heat_maps: HeatMapController
    browse: BrowseController
    networks: NetworkController
