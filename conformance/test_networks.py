"""A block gives the same results eager, hybridized, and exported and imported, in both modes, random ones included.

Every network of `conformance.networks` but the large ones: ``python -m conformance.networks --forms`` takes those too.
"""

import pytest

from . import networks
from .networks.work import FORMS, apart


@pytest.mark.parametrize("name", [name for name, network in networks.NETWORKS.items() if not network.heavy])
def test_forms(name, tmp_path):
    import mxcompat as mx

    found = apart(mx, networks.NETWORKS[name], tmp_path)
    assert max(far for kinds in found.values() for far in kinds.values()) <= FORMS
    for kinds in found.values():
        assert {"predict", "train"} <= set(kinds)
