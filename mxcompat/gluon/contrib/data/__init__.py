"""`mxnet.gluon.contrib.data`: a sampler, and texts to learn language models from."""

from . import sampler, text
from .sampler import IntervalSampler
