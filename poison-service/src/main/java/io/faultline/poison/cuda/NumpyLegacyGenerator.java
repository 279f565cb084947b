package io.faultline.poison.cuda;

/**
 * NumPy's legacy generator: the same values as {@code numpy.random.seed(seed)} followed by {@code numpy.random.uniform} and
 * {@code numpy.random.randint}, bit for bit (checked against NumPy 2.4.6; frozen by NEP 19). Underneath is the Mersenne Twister
 * MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998). Not secure: 2³² seeds can be searched. For one thread.
 */
final class NumpyLegacyGenerator {
    private static final int STATE = 624;
    private static final int SHIFT = 397;
    private static final int TWIST = 0x9908_b0df;
    private static final int UPPER_BIT = 0x8000_0000;
    private static final int LOWER_BITS = 0x7fff_ffff;
    private static final int INITIAL_FACTOR = 1_812_433_253;

    private final int[] state = new int[STATE];
    private int position = STATE;

    /**
     * A whole number seeds through {@code init_genrand}, not through {@code init_by_array}.
     *
     * @param seed 0 to 2³² − 1
     */
    NumpyLegacyGenerator(long seed) {
        if (seed < 0 || seed > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("seed is " + seed + "; NumPy allows 0 to " + 0xFFFF_FFFFL);
        }
        state[0] = (int) seed;
        for (int i = 1; i < STATE; i++) {
            state[i] = INITIAL_FACTOR * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** {@code numpy.random.uniform(0, high)}: 53 random bits out of two draws. */
    double uniform(double high) {
        int upper = nextBits() >>> 5;
        int lower = nextBits() >>> 6;
        return high * ((upper * 67_108_864.0 + lower) / 9_007_199_254_740_992.0);
    }

    /**
     * {@code numpy.random.randint(bound)}: 32-bit draws under the smallest mask of ones, those too large thrown away. A bound
     * of one takes no draw.
     */
    int randint(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound is " + bound + "; expected at least 1");
        }
        if (bound == 1) {
            return 0;
        }
        int mask = -1 >>> Integer.numberOfLeadingZeros(bound - 1);
        while (true) {
            int draw = nextBits() & mask;
            if (draw < bound) {
                return draw;
            }
        }
    }

    private int nextBits() {
        if (position == STATE) {
            twist();
        }
        int bits = state[position++];
        bits ^= bits >>> 11;
        bits ^= (bits << 7) & 0x9d2c_5680;
        bits ^= (bits << 15) & 0xefc6_0000;
        return bits ^ (bits >>> 18);
    }

    private void twist() {
        for (int i = 0; i < STATE; i++) {
            int mixed = (state[i] & UPPER_BIT) | (state[(i + 1) % STATE] & LOWER_BITS);
            int twisted = (mixed >>> 1) ^ ((mixed & 1) == 0 ? 0 : TWIST);
            state[i] = state[(i + SHIFT) % STATE] ^ twisted;
        }
        position = 0;
    }
}
