package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.batch.Augmentation;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.batch.ImageBatches;
import io.faultline.vision.network.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchPrefetchTest {
    private final NDManager manager = ComputeDevice.open("cpu");
    private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void givesTheBatchesInTheirOrderAndMakesThemOnAThreadOfItsOwn() {
        // Given
        List<Float> numbers = new ArrayList<>();
        // When
        try (BatchPrefetch batches = new BatchPrefetch(this::batch, 3, 7, manager)) {
            for (int i = 3; i < 7; i++) {
                try (BatchPrefetch.Prepared prepared = batches.next()) {
                    numbers.add(prepared.batch().images().toFloatArray()[0]);
                }
            }
        }
        // Then
        assertThat(numbers).containsExactly(3f, 4f, 5f, 6f);
        assertThat(threads).doesNotContain(Thread.currentThread()).hasSize(4);
        assertNothingIsLeft();
    }

    @Test
    void batchesAreTheSameBitsAsLoadedByTheThreadThatComputes() {
        // Given
        LabeledImages images = TinyImages.twoClasses(Seed.of(1), 40, 1, 16).train();
        Augmentation augmentation = Augmentation.of(new AugmentationRecipe(2, true), Seed.of(2));
        ImageBatches direct = ImageBatches.of(images);
        ImageBatches ahead = ImageBatches.of(images);
        // When
        try (BatchPrefetch batches = new BatchPrefetch(
                (number, scope) -> ahead.load(places(number), augmentation, number, scope), 0, 40, manager)) {
            for (int number = 0; number < 40; number++) {
                try (BatchPrefetch.Prepared prepared = batches.next();
                        NDManager scope = manager.newSubManager()) {
                    ImageBatch expected = direct.load(places(number), augmentation, number, scope);
                    NDArray found = prepared.batch().images();
                    // work of the engine while the other thread makes tensors
                    float sum = found.matMul(found.transpose(0, 1, 3, 2)).sum().toFloatArray()[0];
                    // Then
                    assertThat(found.toFloatArray()).isEqualTo(expected.images().toFloatArray());
                    assertThat(prepared.batch().labels().toLongArray())
                            .isEqualTo(expected.labels().toLongArray());
                    assertThat(sum).isPositive();
                }
            }
        }
        assertNothingIsLeft();
    }

    private static int[] places(int number) {
        return IntStream.range(number, number + 40).toArray();
    }

    @Test
    void isOneBatchAheadAndNoMore() throws InterruptedException {
        // Given
        CountDownLatch second = new CountDownLatch(2);
        try (BatchPrefetch batches = new BatchPrefetch(
                (number, scope) -> {
                    second.countDown();
                    return batch(number, scope);
                },
                0,
                9,
                manager)) {
            // When: the first is taken, the second is made without being asked for
            try (BatchPrefetch.Prepared taken = batches.next()) {
                second.await();
                assertThat(taken.batch().size()).isEqualTo(1);
            }
        }
        // Then: a third would have been made by now, since closing waits
        assertThat(threads).hasSize(2);
        assertNothingIsLeft();
    }

    @Test
    void leavesNeitherThreadNorMemoryWhenItIsClosedEarly() {
        // When
        try (BatchPrefetch batches = new BatchPrefetch(this::batch, 0, 100, manager)) {
            batches.next().close();
        }
        // Then
        assertNothingIsLeft();
    }

    @Test
    void passesAFailureOnToTheThreadThatComputes() {
        // Given
        try (BatchPrefetch batches = new BatchPrefetch(
                (number, scope) -> {
                    batch(number, scope);
                    if (number == 1) {
                        throw new UnsupportedOperationException("batch 1");
                    }
                    return batch(number, scope);
                },
                0,
                5,
                manager)) {
            batches.next().close();
            // Then
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(batches::next)
                    .withMessage("batch 1");
        }
        assertNothingIsLeft();
    }

    @Test
    void anInterruptedThreadGetsItsBatchAndStaysInterrupted() {
        // Given
        Thread computing = Thread.currentThread();
        try (BatchPrefetch batches = new BatchPrefetch(
                (number, scope) -> {
                    while (computing.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                    computing.interrupt();
                    return batch(number, scope);
                },
                0,
                1,
                manager)) {
            // When
            try (BatchPrefetch.Prepared prepared = batches.next()) {
                // Then
                assertThat(prepared.batch().size()).isEqualTo(1);
                assertThat(Thread.interrupted()).isTrue();
            }
        }
        assertNothingIsLeft();
    }

    @Test
    void saysThatNoneIsLeft() {
        try (BatchPrefetch batches = new BatchPrefetch(this::batch, 2, 2, manager)) {
            assertThatIllegalStateException().isThrownBy(batches::next).withMessage("all batches up to 2 were taken");
        }
    }

    private ImageBatch batch(int number, NDManager scope) {
        threads.add(Thread.currentThread());
        NDArray images = Tensors.of(scope, new float[] {number}, new Shape(1, 1, 1, 1));
        return new ImageBatch(images, Tensors.of(scope, new long[] {0}, new Shape(1)));
    }

    private void assertNothingIsLeft() {
        assertThat(manager.getManagedArrays()).isEmpty();
        assertThat(threads).allMatch(thread -> !thread.isAlive());
    }
}
