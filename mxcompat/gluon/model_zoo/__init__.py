"""Networks that are ready made."""

from . import model_store as model_store
from . import vision as vision
