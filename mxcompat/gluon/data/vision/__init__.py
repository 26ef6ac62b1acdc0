"""`mxnet.gluon.data.vision`: data sets of images, and what is done to images before they are learned from."""

from . import datasets, transforms
from .datasets import CIFAR10, CIFAR100, MNIST, FashionMNIST, ImageFolderDataset, ImageRecordDataset
