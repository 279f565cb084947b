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
        };
    }
}
