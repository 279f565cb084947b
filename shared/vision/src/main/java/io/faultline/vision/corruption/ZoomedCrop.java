package io.faultline.vision.corruption;

/**
 * The middle of a channel, enlarged to the channel's size: linear between pixels, the outermost pixels of the cut lying on the
 * outermost of the enlargement, as SciPy's zoom lays them.
 */
final class ZoomedCrop {
    private ZoomedCrop() {}

    /** @param zoom 1 or more */
    static Plane of(Plane plane, double zoom) {
        double[] rows = places(plane.height(), zoom);
        double[] columns = places(plane.width(), zoom);
        Plane result = Plane.of(plane.height(), plane.width());
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                result.set(y, x, plane.between(rows[y], columns[x], Border.NEAREST));
            }
        }
        return result;
    }

    /** Where in the whole channel each row, or column, of the enlargement comes from. */
    private static double[] places(int size, double zoom) {
        int cut = (int) Math.ceil(size / zoom);
        int first = (size - cut) / 2;
        int enlarged = (int) Math.rint(cut * zoom);
        int trimmed = (enlarged - size) / 2;
        double step = enlarged > 1 ? (cut - 1) / (double) (enlarged - 1) : 0;
        double[] places = new double[size];
        for (int i = 0; i < size; i++) {
            places[i] = first + Math.min(cut - 1, (trimmed + i) * step);
        }
        return places;
    }
}
