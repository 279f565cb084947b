package io.faultline.vision.network;

import java.util.ArrayList;
import java.util.List;

/**
 * How many images of a batch each device takes, in their order: as even as can be, the first ones one more where it does not
 * divide.
 *
 * @param images per device, at least one device
 */
public record Shares(List<Integer> images) {
    /** Of one image a batch norm has no statistics, so a batch that is too small leaves devices idle. */
    static final int SMALLEST = 2;

    public Shares {
        images = List.copyOf(images);
    }

    /**
     * Divides a batch.
     *
     * @param images at least 1
     * @param devices that there are, at least 1; the last ones take part only where each gets {@value #SMALLEST} images
     */
    public static Shares of(int images, int devices) {
        int used = Math.max(1, Math.min(devices, images / SMALLEST));
        List<Integer> counts = new ArrayList<>();
        for (int device = 0; device < used; device++) {
            counts.add(images / used + (device < images % used ? 1 : 0));
        }
        return new Shares(counts);
    }

    /** How many devices take part. */
    public int devices() {
        return images.size();
    }

    /** A device's share of the whole, from 0 to 1. */
    public double fraction(int device) {
        return (double) images.get(device)
                / images.stream().mapToInt(Integer::intValue).sum();
    }

    /** Where the batch is cut: the place of the first image of each device but the first. */
    long[] cuts() {
        long[] cuts = new long[devices() - 1];
        long place = 0;
        for (int device = 0; device < cuts.length; device++) {
            place += images.get(device);
            cuts[device] = place;
        }
        return cuts;
    }
}
