"""Automatic mixed precision: `mxnet.contrib.amp`.

`init` makes the functions of `mxnet.nd` and `mxnet.sym` cast their inputs by the lists in `lists`: to the small type
where that is fast and safe, to float32 where it is not, to the widest type where inputs meet. That is MXNet's own way;
`torch.autocast` has other lists and would give other numbers. `init_trainer`, `scale_loss` and `unscale` keep small
gradients from vanishing; `convert_model` and its like put the same casts into a finished graph.
"""

from . import amp as amp
from . import lists as lists
from . import loss_scaler as loss_scaler
from .amp import convert_hybrid_block as convert_hybrid_block
from .amp import convert_model as convert_model
from .amp import convert_symbol as convert_symbol
from .amp import init as init
from .amp import init_trainer as init_trainer
from .amp import list_conditional_fp32_ops as list_conditional_fp32_ops
from .amp import list_fp32_ops as list_fp32_ops
from .amp import list_loss_output_functions as list_loss_output_functions
from .amp import list_lp16_fp32_ops as list_lp16_fp32_ops
from .amp import list_lp16_ops as list_lp16_ops
from .amp import list_lp16_use_fp32_params as list_lp16_use_fp32_params
from .amp import list_widest_type_cast as list_widest_type_cast
from .amp import scale_loss as scale_loss
from .amp import unscale as unscale

__all__ = amp.__all__
