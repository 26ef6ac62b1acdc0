"""Networks on images, and plain feed-forward ones."""

from __future__ import annotations

from typing import Any

from .table import Input, network


@network((4, 3))
def linear(mx: Any) -> Any:
    return mx.gluon.nn.Dense(2, in_units=3)


@network((4, 6))
def mlp(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(8, activation="relu"), nn.Dense(5, activation="sigmoid"), nn.Dense(3))
    return net


@network((4, 6))
def mlp_dropout(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(16, activation="tanh"), nn.Dropout(0.4), nn.Dense(8), nn.BatchNorm(), nn.Dropout(0.2), nn.Dense(3))
    return net


@network((3, 5))
def activations(mx: Any) -> Any:
    # no PReLU: MXNet's compiled graphs overwrite its input, and give its slope the gradient times the slope
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.layers = nn.HybridSequential()
                for layer in (
                    nn.ELU(), nn.SELU(), nn.GELU(), nn.Swish(), nn.LeakyReLU(0.1),
                    nn.Activation("softsign"), nn.Activation("softrelu"),
                ):  # fmt: skip
                    self.layers.add(nn.Dense(6, flatten=False), layer)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            return F.log_softmax(self.layers(x), axis=-1)

    return Net()


@network((3, 8))
def highway(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Highway(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.change = nn.Dense(8, activation="relu")
                self.gate = nn.Dense(8, activation="sigmoid", bias_initializer=mx.init.Constant(-1))

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            gate = self.gate(x)
            return gate * self.change(x) + (1 - gate) * x

    net = nn.HybridSequential()
    net.add(Highway(), Highway(), nn.Dense(2))
    return net


@network((3, 6))
def maxout(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.pieces = mx.gluon.nn.Dense(12)
                self.scale = self.params.get("scale", shape=(1, 4), init=mx.init.One())

        def hybrid_forward(self, F: Any, x: Any, scale: Any) -> Any:
            return F.broadcast_mul(F.max(F.reshape(self.pieces(x), (0, 4, 3)), axis=2), scale)

    return Net()


@network((4, 5), Input((4, 3), kinds=7))
def wide_and_deep(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.embed = nn.Embedding(7, 4)
                self.deep = nn.HybridSequential()
                self.deep.add(nn.Dense(8, activation="relu"), nn.Dense(2))
                self.wide = nn.Dense(2, use_bias=False)

        def hybrid_forward(self, F: Any, x: Any, kinds: Any) -> Any:
            both = F.concat(F.flatten(self.embed(kinds)), x, dim=1)
            return self.deep(both) + self.wide(x)

    return Net()


@network((3, 10))
def autoencoder(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.encode = nn.Dense(4, activation="tanh")
                self.decode = nn.Dense(10)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            code = self.encode(x)
            made = self.decode(code)
            return made, code, F.mean(F.square(made - x), axis=0, exclude=True)

    return Net()


@network((2, 1, 28, 28))
def lenet(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(6, 5, padding=2, activation="relu"), nn.MaxPool2D(2, 2), nn.Conv2D(16, 5, activation="relu"),
        nn.MaxPool2D(2, 2), nn.Dense(32, activation="relu"), nn.Dense(10),
    )  # fmt: skip
    return net


@network((2, 1, 28, 28))
def lenet_tanh(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(
            nn.Conv2D(6, 5, padding=2, activation="tanh"), nn.AvgPool2D(2, 2), nn.BatchNorm(),
            nn.Conv2D(16, 5, activation="tanh"), nn.AvgPool2D(2, 2), nn.Flatten(), nn.Dense(32, activation="tanh"),
            nn.Dropout(0.3), nn.Dense(10),
        )  # fmt: skip
    return net


@network((2, 4, 15))
def conv_1d(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv1D(6, 3, dilation=2, activation="relu"), nn.MaxPool1D(2), nn.Conv1D(4, 2), nn.GlobalAvgPool1D(),
        nn.Dense(3),
    )  # fmt: skip
    return net


@network((2, 2, 6, 8, 8))
def conv_3d(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv3D(4, 3, padding=1, activation="relu"), nn.MaxPool3D(2), nn.BatchNorm(), nn.Conv3D(4, (1, 3, 3)),
        nn.GlobalAvgPool3D(), nn.Dense(3),
    )  # fmt: skip
    return net


@network((3, 8, 1, 1))
def dcgan_generator(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    for channels, stride, padding in ((8, 1, 0), (6, 2, 1), (4, 2, 1)):
        net.add(nn.Conv2DTranspose(channels, 4, stride, padding, use_bias=False), nn.BatchNorm(), nn.Activation("relu"))
    net.add(nn.Conv2DTranspose(3, 4, 2, 1), nn.Activation("tanh"))
    return net


@network((3, 3, 32, 32))
def dcgan_discriminator(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    for channels in (4, 8, 8):
        net.add(nn.Conv2D(channels, 4, 2, 1, use_bias=False), nn.BatchNorm(), nn.LeakyReLU(0.2))
    net.add(nn.Conv2D(1, 4), nn.Flatten())
    return net


@network((2, 3, 24))
def deconvolution_1d(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Conv1D(5, 4, 2), nn.Conv1DTranspose(4, 3, 2, output_padding=1, activation="relu"), nn.AvgPool1D(3, 2))
    return net


@network((2, 3, 32, 32))
def unet(mx: Any) -> Any:
    nn = mx.gluon.nn

    def pair(channels: int) -> Any:
        net = nn.HybridSequential()
        for _ in range(2):
            net.add(nn.Conv2D(channels, 3, padding=1, use_bias=False), nn.BatchNorm(), nn.Activation("relu"))
        return net

    class UNet(mx.gluon.HybridBlock):
        def __init__(self, channels: int, depth: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.depth = depth
            with self.name_scope():
                for i in range(depth):
                    setattr(self, f"down{i}", pair(channels << i))
                    setattr(self, f"up{i}", nn.Conv2DTranspose(channels << i, 2, 2))
                    setattr(self, f"join{i}", pair(channels << i))
                self.bottom = pair(channels << depth)
                self.head = nn.Conv2D(2, 1)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            skips = []
            for i in range(self.depth):
                x = getattr(self, f"down{i}")(x)
                skips.append(x)
                x = F.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="max")
            x = self.bottom(x)
            for i in reversed(range(self.depth)):
                x = F.concat(getattr(self, f"up{i}")(x), skips[i], dim=1)
                x = getattr(self, f"join{i}")(x)
            return F.softmax(self.head(x), axis=1)

    return UNet(4, 3)


@network((2, 3, 20, 20))
def fully_convolutional(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = nn.HybridSequential()
                self.body.add(nn.Conv2D(6, 3, 2, 1, activation="relu"), nn.Conv2D(6, 3, 2, 1, activation="relu"))
                self.score = nn.Conv2D(3, 1)
                self.wide = nn.Conv2DTranspose(3, 8, 4, 2, use_bias=False, weight_initializer=mx.init.Bilinear())

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            made = self.wide(self.score(self.body(x)))
            near = F.UpSampling(F.slice_axis(x, axis=1, begin=0, end=1), scale=2, sample_type="nearest")
            return F.broadcast_add(made, F.Pooling(near, kernel=(2, 2), stride=(2, 2), pool_type="avg"))

    return Net()


@network((2, 4, 9, 9))
def separable(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(4, 3, padding=1, groups=4, use_bias=False), nn.BatchNorm(), nn.Activation("relu"), nn.Conv2D(8, 1),
        nn.Conv2D(8, 3, padding=2, dilation=2, activation="relu"), nn.Conv2D(8, 3, groups=2), nn.GlobalMaxPool2D(),
        nn.Flatten(), nn.Dense(3),
    )  # fmt: skip
    return net


@network((2, 6, 8, 8))
def squeeze_and_excite(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Excite(mx.gluon.HybridBlock):
        def __init__(self, channels: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = nn.Conv2D(channels, 3, padding=1)
                self.gate = nn.HybridSequential()
                self.gate.add(nn.Dense(3, activation="relu"), nn.Dense(channels, activation="sigmoid"))

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            y = self.body(x)
            weight = self.gate(F.contrib.AdaptiveAvgPooling2D(y, output_size=1))
            return x + F.broadcast_mul(y, weight.expand_dims(axis=2).expand_dims(axis=2))

    net = nn.HybridSequential()
    net.add(Excite(6), Excite(6), nn.Dense(2))
    return net


@network((2, 4, 8, 8))
def branches(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    block = mx.gluon.contrib.nn.HybridConcurrent(axis=1)
    block.add(nn.Conv2D(3, 1), nn.Conv2D(3, 3, padding=1), nn.MaxPool2D(3, 1, 1), mx.gluon.contrib.nn.Identity())
    net.add(block, nn.BatchNorm(scale=False, center=True), nn.Activation("relu"), nn.Conv2D(2, 8), nn.Flatten())
    return net


@network((2, 3, 32, 32))
def feature_pyramid(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.stages = [nn.Conv2D(c, 3, 2, 1, activation="relu") for c in (4, 6, 8)]
                self.sides = [nn.Conv2D(5, 1) for _ in range(3)]
                for block in self.stages + self.sides:
                    self.register_child(block)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            levels = []
            for stage in self.stages:
                x = stage(x)
                levels.append(x)
            top = self.sides[2](levels[2])
            out = [top]
            for i in (1, 0):
                top = F.UpSampling(top, scale=2, sample_type="nearest") + self.sides[i](levels[i])
                out.append(top)
            return out

    return Net()


@network((2, 4, 6, 6))
def norms(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(8, 3, padding=1), nn.InstanceNorm(scale=True), nn.Activation("tanh"), nn.GroupNorm(4),
        nn.Activation("tanh"), nn.Conv2D(4, 3), nn.LayerNorm(axis=1),
        nn.BatchNorm(momentum=0.7, epsilon=1e-3, use_global_stats=True), nn.Dense(3),
    )  # fmt: skip
    return net


@network((2, 3, 8, 8))
def local_response(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.conv = mx.gluon.nn.Conv2D(6, 3)

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            y = F.LRN(F.relu(self.conv(x)), nsize=3, alpha=0.01)
            return F.L2Normalization(y, mode="channel")

    return Net()


@network((2, 2, 6, 6))
def super_resolution(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.ReflectionPad2D(1), nn.Conv2D(8, 3, activation="relu"), mx.gluon.contrib.nn.PixelShuffle2D(2))
    net.add(nn.Conv2D(2, 3, padding=1))
    return net


@network((2, 2, 8, 8))
def spatial_transformer(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.where = nn.Dense(6, weight_initializer=mx.init.Normal(0.05), bias_initializer=mx.init.Zero())

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            theta = F.broadcast_add(self.where(x), F.tile(F.arange(6).reshape((1, 6)) * 0.05 + 0.2, (1, 1)))
            return F.SpatialTransformer(x, theta, target_shape=(6, 6), transform_type="affine", sampler_type="bilinear")

    return Net()


@network((2, 3, 16, 16), Input((3, 5), 0, 15), batch_first=False)
def region_head(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = nn.Conv2D(4, 3, padding=1, activation="relu")
                self.classes = nn.Dense(3)

        def hybrid_forward(self, F: Any, x: Any, rois: Any) -> Any:
            first = F.slice_axis(rois, axis=1, begin=0, end=1) * 0
            low = F.slice_axis(rois, axis=1, begin=1, end=3) * 0.4
            high = low + F.slice_axis(rois, axis=1, begin=3, end=5) * 0.5 + 1
            boxes = F.BlockGrad(F.concat(first, low, high, dim=1))
            part = F.contrib.ROIAlign(self.body(x), boxes, pooled_size=(3, 3), spatial_scale=1.0, sample_ratio=2)
            return self.classes(part)

    return Net()


@network((2, 3, 32, 32), batch_first=False)  # the anchors are one row for all images
def ssd(mx: Any) -> Any:
    nn = mx.gluon.nn

    class SSD(mx.gluon.HybridBlock):
        def __init__(self, classes: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.classes = classes
            self.sizes = ((0.2, 0.27), (0.37, 0.45), (0.54, 0.62))
            with self.name_scope():
                for i in range(3):
                    stage = nn.HybridSequential()
                    stage.add(nn.Conv2D(4 + 2 * i, 3, padding=1), nn.BatchNorm(), nn.Activation("relu"))
                    stage.add(nn.MaxPool2D(2))
                    setattr(self, f"stage{i}", stage)
                    setattr(self, f"kinds{i}", nn.Conv2D(4 * (classes + 1), 3, padding=1))
                    setattr(self, f"boxes{i}", nn.Conv2D(16, 3, padding=1))

        def hybrid_forward(self, F: Any, x: Any) -> Any:
            anchors, kinds, boxes = [], [], []
            for i, sizes in enumerate(self.sizes):
                x = getattr(self, f"stage{i}")(x)
                anchors.append(F.contrib.MultiBoxPrior(x, sizes=sizes, ratios=(1, 2, 0.5)))
                kinds.append(F.flatten(F.transpose(getattr(self, f"kinds{i}")(x), (0, 2, 3, 1))))
                boxes.append(F.flatten(F.transpose(getattr(self, f"boxes{i}")(x), (0, 2, 3, 1))))
            kind = F.reshape(F.concat(*kinds, dim=1), (0, -1, self.classes + 1))
            return F.concat(*anchors, dim=1), kind, F.concat(*boxes, dim=1)

    return SSD(2)


@network((2, 1, 12, 12), (2, 1, 12, 12))
def siamese(mx: Any) -> Any:
    nn = mx.gluon.nn

    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.body = nn.HybridSequential()
                self.body.add(nn.Conv2D(4, 3, 2, activation="relu"), nn.Dense(5, activation="tanh"))

        def hybrid_forward(self, F: Any, left: Any, right: Any) -> Any:
            return F.sqrt(F.sum(F.square(self.body(left) - self.body(right)), axis=1) + 1e-3)

    return Net()


@network((2, 8, 5, 5))
def shared_parameters(mx: Any) -> Any:
    nn = mx.gluon.nn
    net = nn.HybridSequential()
    first = nn.Conv2D(8, 3, padding=1, activation="tanh")
    net.add(first, nn.Conv2D(8, 3, padding=1, activation="relu", params=first.params), nn.HybridLambda("flatten"))
    net.add(nn.Dense(2))
    return net


@network((2, 3, 6, 6), batch_first=False)
def constants(mx: Any) -> Any:
    class Net(mx.gluon.HybridBlock):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            with self.name_scope():
                self.mean = self.params.get_constant("mean", mx.nd.array([[[[0.4]], [[0.5]], [[0.6]]]]))
                self.conv = mx.gluon.nn.Conv2D(4, 3)

        def hybrid_forward(self, F: Any, x: Any, mean: Any) -> Any:
            y = self.conv(F.clip(F.broadcast_sub(x, mean), -0.9, 0.9))
            return F.slice_axis(F.where(y > 0, y, 0.1 * y), axis=0, begin=0, end=1), F.topk(
                F.flatten(y), k=3, ret_typ="value"
            )

    return Net()
