"""Optimizers, their registry, and the updater; under the module name of MXNet 1.9.1."""

from __future__ import annotations

from ..base import py_str as py_str
from ..nd import NDArray as NDArray
from ..nd import abs as NDabs
from ..nd import adam_update as adam_update
from ..nd import array as array
from ..nd import cast as cast
from ..nd import clip as clip
from ..nd import ftml_update as ftml_update
from ..nd import ftrl_update as ftrl_update
from ..nd import lamb_update_phase1 as lamb_update_phase1
from ..nd import lamb_update_phase2 as lamb_update_phase2
from ..nd import maximum as maximum
from ..nd import mp_lamb_update_phase1 as mp_lamb_update_phase1
from ..nd import mp_lamb_update_phase2 as mp_lamb_update_phase2
from ..nd import mp_nag_mom_update as mp_nag_mom_update
from ..nd import mp_sgd_mom_update as mp_sgd_mom_update
from ..nd import mp_sgd_update as mp_sgd_update
from ..nd import multi_lars as multi_lars
from ..nd import multi_mp_sgd_mom_update as multi_mp_sgd_mom_update
from ..nd import multi_mp_sgd_update as multi_mp_sgd_update
from ..nd import multi_sgd_mom_update as multi_sgd_mom_update
from ..nd import multi_sgd_update as multi_sgd_update
from ..nd import multi_sum_sq as multi_sum_sq
from ..nd import multiply as multiply
from ..nd import nag_mom_update as nag_mom_update
from ..nd import norm
from ..nd import preloaded_multi_mp_sgd_mom_update as preloaded_multi_mp_sgd_mom_update
from ..nd import preloaded_multi_mp_sgd_update as preloaded_multi_mp_sgd_update
from ..nd import preloaded_multi_sgd_mom_update as preloaded_multi_sgd_mom_update
from ..nd import preloaded_multi_sgd_update as preloaded_multi_sgd_update
from ..nd import rmsprop_update as rmsprop_update
from ..nd import rmspropalex_update as rmspropalex_update
from ..nd import sgd_mom_update as sgd_mom_update
from ..nd import sgd_update as sgd_update
from ..nd import signsgd_update as signsgd_update
from ..nd import signum_update as signum_update
from ..nd import sparse as sparse
from ..nd import sqrt as sqrt
from ..nd import square as square
from ..nd import zeros as zeros
from ..nd.contrib import multi_lamb_update as multi_lamb_update
from ..nd.contrib import multi_mp_lamb_update as multi_mp_lamb_update
from ..random import normal as normal
from ..util import is_np_array as is_np_array
from ._adam import FTML as FTML
from ._adam import Adam as Adam
from ._adam import Adamax as Adamax
from ._adam import Nadam as Nadam
from ._adaptive import AdaDelta as AdaDelta
from ._adaptive import AdaGrad as AdaGrad
from ._adaptive import Ftrl as Ftrl
from ._adaptive import RMSProp as RMSProp
from ._base import Optimizer as Optimizer
from ._base import create as create
from ._base import register as register
from ._large_batch import LAMB as LAMB
from ._large_batch import LARS as LARS
from ._large_batch import LBSGD as LBSGD
from ._sgd import DCASGD as DCASGD
from ._sgd import NAG as NAG
from ._sgd import SGD as SGD
from ._sgd import SGLD as SGLD
from ._sgd import Signum as Signum
from ._sgd import Test as Test
from ._sgd import ccSGD as ccSGD
from ._updater import Updater as Updater
from ._updater import get_updater as get_updater

__all__ = [
    "AdaDelta", "AdaGrad", "Adam", "Adamax", "DCASGD", "FTML", "Ftrl", "LARS", "LBSGD", "NAG", "NDabs", "Nadam",
    "Optimizer", "RMSProp", "SGD", "SGLD", "Signum", "LAMB", "Test", "Updater", "ccSGD", "create", "get_updater",
    "register",
]  # fmt: skip

NDnorm = norm

for _name in __all__:
    _class = globals()[_name]
    if isinstance(_class, type):
        _class.__module__ = __name__  # where MXNet defines them, which is what pickles and messages say
