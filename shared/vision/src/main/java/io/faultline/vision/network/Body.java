package io.faultline.vision.network;

import java.util.List;

/**
 * A network after its normalising layer.
 *
 * @param segments from normalised images (N, 3, H, W) to logits (N, K)
 */
record Body(List<Segment> segments, Initialization initialization) {
    Body {
        segments = List.copyOf(segments);
    }

    static Body of(NetworkSpec spec) {
        return switch (spec.architecture()) {
            case RESNET18, RESNET34, RESNET50 -> ResNet.of(spec);
            case WRN28_10, WRN34_10 -> WideResNet.of(spec);
            case VGG16_BN -> Vgg.of(spec);
            case DENSENET121 -> DenseNet.of(spec);
            case MOBILENET_V2 -> MobileNetV2.of(spec);
            case EFFICIENTNET_V2_S -> EfficientNetV2.of(spec);
            case DEIT_TINY, DEIT_SMALL -> VisionTransformer.of(spec);
        };
    }
}
