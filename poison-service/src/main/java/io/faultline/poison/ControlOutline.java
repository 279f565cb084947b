package io.faultline.poison;

import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.ImageIndex;
import io.faultline.dataset.ImageSource;
import io.faultline.dataset.ReadProgress;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Split;
import java.util.List;

/**
 * What a control set's images are called: those of the data set's test split, twice. Its training split holds them untouched,
 * its test split as the control changes them. It has no pixels of its own.
 */
record ControlOutline(ImageSource dataset) implements ImageSource {
    @Override
    public DatasetForm form() {
        return dataset.form();
    }

    @Override
    public List<String> classes() {
        return dataset.classes();
    }

    @Override
    public List<String> descriptions() {
        return dataset.descriptions();
    }

    @Override
    public ImageIndex index(Split split) {
        return dataset.index(Split.TEST);
    }

    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        throw new UnsupportedOperationException("an outline has no pixels");
    }

    @Override
    public boolean hasRandomAccess() {
        return false;
    }

    @Override
    public List<RgbImage> read(Split split, int[] places) {
        throw new UnsupportedOperationException("an outline has no pixels");
    }

    @Override
    public void close() {
        // the data set is closed by whoever opened it
    }
}
