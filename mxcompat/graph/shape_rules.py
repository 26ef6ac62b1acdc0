"""Importing this module installs every rule of shapes."""

from __future__ import annotations

from . import shape_rules_data as shape_rules_data
from . import shape_rules_layers as shape_rules_layers
from . import shape_rules_numpy as shape_rules_numpy
from . import shape_rules_quantized as shape_rules_quantized
from . import shape_rules_same as shape_rules_same
from . import shape_rules_stored as shape_rules_stored
