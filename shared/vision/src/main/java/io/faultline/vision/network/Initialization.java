package io.faultline.vision.network;

import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How the weights of a network start: the distributions of the PyTorch implementation it follows, from a stream of our own.
 * Norms start as the identity.
 */
record Initialization(Start convolutions, Start convolutionBiases, Start linears, Start linearBiases) {
    /** PyTorch's default for every layer: uniform in ±1/√(fan in). */
    static final Initialization PYTORCH = new Initialization(
            Start.UNIFORM_BY_INPUTS, Start.UNIFORM_BY_INPUTS, Start.UNIFORM_BY_INPUTS, Start.UNIFORM_BY_INPUTS);

    /** A distribution; the fan in is a weight's entries per output, the fan out its outputs times its kernel's entries. */
    enum Start {
        ZERO {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return new float[size];
            }
        },
        /** Uniform in ±1/√(fan in). */
        UNIFORM_BY_INPUTS {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return uniform(size, 1 / Math.sqrt(fans.in()), seed);
            }
        },
        /** Uniform in ±1/√(outputs). */
        UNIFORM_BY_OUTPUTS {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return uniform(size, 1 / Math.sqrt(fans.out()), seed);
            }
        },
        /** Normal of variance 2/(fan in) (He et al., ICCV 2015). */
        HE_BY_INPUTS {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return normal(size, Math.sqrt(2.0 / fans.in()), seed);
            }
        },
        /** Normal of variance 2/(fan out) (He et al., ICCV 2015). */
        HE_BY_OUTPUTS {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return normal(size, Math.sqrt(2.0 / fans.out()), seed);
            }
        },
        /** Normal of deviation 0.01. */
        NORMAL_ONE_HUNDREDTH {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return normal(size, 0.01, seed);
            }
        },
        /** Normal of deviation 0.02; PyTorch cuts it at ±2, a hundred deviations away, which is never. */
        NORMAL_ONE_FIFTIETH {
            @Override
            float[] draw(int size, Fans fans, Seed seed) {
                return normal(size, 0.02, seed);
            }
        };

        abstract float[] draw(int size, Fans fans, Seed seed);

        private static float[] uniform(int size, double bound, Seed seed) {
            SplittableRandom random = seed.generator();
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
            return values;
        }

        /** Marsaglia's polar method; the JDK's own {@code nextGaussian} differs between versions. */
        private static float[] normal(int size, double deviation, Seed seed) {
            SplittableRandom random = seed.generator();
            float[] values = new float[size];
            int filled = 0;
            while (filled < size) {
                double x = 2 * random.nextDouble() - 1;
                double y = 2 * random.nextDouble() - 1;
                double square = x * x + y * y;
                if (square < 1 && square > 0) {
                    double scale = deviation * Math.sqrt(-2 * StrictMath.log(square) / square);
                    values[filled++] = (float) (x * scale);
                    if (filled < size) {
                        values[filled++] = (float) (y * scale);
                    }
                }
            }
            return values;
        }
    }

    /** What a weight's distribution and that of the bias after it depend on. */
    record Fans(long in, long out) {
        /** Of a weight (outputs, inputs per group) or (outputs, inputs per group, k, k). */
        static Fans of(TensorSpec weight) {
            long size = weight.shape().size();
            return new Fans(size / weight.shape().get(0), size / weight.shape().get(1));
        }
    }

    /**
     * @param fans of the tensor, if it is a weight, and otherwise of the weight before it
     * @param seed of this tensor alone
     */
    float[] start(TensorSpec tensor, Fans fans, Seed seed) {
        int size = Math.toIntExact(tensor.shape().size());
        return switch (tensor.role()) {
            case CONVOLUTION_WEIGHT -> convolutions.draw(size, fans, seed);
            case CONVOLUTION_BIAS -> convolutionBiases.draw(size, fans, seed);
            case LINEAR_WEIGHT -> linears.draw(size, fans, seed);
            case LINEAR_BIAS -> linearBiases.draw(size, fans, seed);
            case EMBEDDING -> Start.NORMAL_ONE_FIFTIETH.draw(size, fans, seed);
            case NORM_WEIGHT, RUNNING_VARIANCE -> ones(size);
            case NORM_BIAS, RUNNING_MEAN, BATCHES_TRACKED -> new float[size];
        };
    }

    private static float[] ones(int size) {
        float[] values = new float[size];
        Arrays.fill(values, 1);
        return values;
    }
}
