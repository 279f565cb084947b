package io.faultline.poison.theory;

import io.faultline.recipe.Seed;
import java.util.Arrays;

/**
 * Where the class mean μ points. The paper fixes only its length; the direction changes every number of its Fig. 3, so that
 * it is part of a result.
 */
public sealed interface MeanDirection {
    /** The name under which the direction stands in tables. */
    String label();

    /** The direction as a unit vector with {@code dimension} entries. */
    double[] unit(int dimension);

    /** All entries equal: the choice that {@code papers.md} computed its table with, and the default. */
    record AllOnes() implements MeanDirection {
        @Override
        public String label() {
            return "all-ones";
        }

        @Override
        public double[] unit(int dimension) {
            double[] unit = new double[dimension];
            Arrays.fill(unit, 1 / Math.sqrt(dimension));
            return unit;
        }
    }

    /** The first entry alone. */
    record FirstAxis() implements MeanDirection {
        @Override
        public String label() {
            return "first-axis";
        }

        @Override
        public double[] unit(int dimension) {
            double[] unit = new double[dimension];
            unit[0] = 1;
            return unit;
        }
    }

    /** Uniform on the sphere, drawn by a seed. */
    record Random(Seed seed) implements MeanDirection {
        @Override
        public String label() {
            return "random-" + seed.value();
        }

        @Override
        public double[] unit(int dimension) {
            NormalDeviates random = new NormalDeviates(seed.derive("mean-direction"));
            double[] unit = new double[dimension];
            double squares = 0;
            for (int i = 0; i < dimension; i++) {
                unit[i] = random.next();
                squares += unit[i] * unit[i];
            }
            double norm = Math.sqrt(squares);
            for (int i = 0; i < dimension; i++) {
                unit[i] /= norm;
            }
            return unit;
        }
    }
}
