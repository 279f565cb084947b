package io.faultline.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a file keeps the numbers of a tensor, named as safetensors names them. Reading brings each to one of the two types that
 * networks here compute with: fractions to float32, whole numbers to int64.
 *
 * <p>float16 and bfloat16 are subsets of float32 and come over exactly, NaNs with their payload. float64 is rounded to
 * the nearest float32, ties to even; what is finite and beyond its range is refused rather than turned into an infinity.
 * Whole numbers come over exactly, and {@code BOOL} as 0 and 1.
 */
public enum StoredNumbers {
    F64(8, Safetensors.ElementType.F32),
    F32(4, Safetensors.ElementType.F32),
    F16(2, Safetensors.ElementType.F32),
    BF16(2, Safetensors.ElementType.F32),
    I64(8, Safetensors.ElementType.I64),
    I32(4, Safetensors.ElementType.I64),
    I16(2, Safetensors.ElementType.I64),
    I8(1, Safetensors.ElementType.I64),
    U8(1, Safetensors.ElementType.I64),
    BOOL(1, Safetensors.ElementType.I64);

    private static final int HALF_MANTISSA_BITS = 10;
    private static final int FLOAT_MANTISSA_BITS = 23;
    private static final int EXPONENT_BIAS_GAP = 127 - 15;

    private final int bytes;
    private final Safetensors.ElementType type;

    StoredNumbers(int bytes, Safetensors.ElementType type) {
        this.bytes = bytes;
        this.type = type;
    }

    /** Bytes that one number takes in the file. */
    public int bytes() {
        return bytes;
    }

    /** What the numbers are brought to. */
    public Safetensors.ElementType type() {
        return type;
    }

    /**
     * The numbers as a {@link Safetensors.Tensor} keeps them, little endian.
     *
     * @param stored a multiple of {@link #bytes()}; given back as it is where nothing has to change
     * @throws InvalidCheckpointException if a float64 is beyond float32, or a truth value neither 0 nor 1
     */
    public byte[] decode(byte[] stored, ByteOrder order) {
        if (bytes == type.bytes() && order == ByteOrder.LITTLE_ENDIAN) {
            return stored;
        }
        int count = stored.length / bytes;
        ByteBuffer in = ByteBuffer.wrap(stored).order(order);
        ByteBuffer out =
                ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (this) {
                case F64 -> out.putFloat(rounded(in.getDouble()));
                // as bits: a float on its way through the processor may lose what kind of NaN it is
                case F32 -> out.putInt(in.getInt());
                case F16 -> out.putInt(halfToFloatBits(in.getShort()));
                case BF16 -> out.putInt(in.getShort() << Short.SIZE);
                case I64 -> out.putLong(in.getLong());
                case I32 -> out.putLong(in.getInt());
                case I16 -> out.putLong(in.getShort());
                case I8 -> out.putLong(in.get());
                case U8 -> out.putLong(Byte.toUnsignedLong(in.get()));
                case BOOL -> out.putLong(truth(in.get()));
            }
        }
        return out.array();
    }

    private static float rounded(double value) {
        float rounded = (float) value;
        if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
            throw new InvalidCheckpointException(
                    "the float64 " + value + " is beyond float32; the most is " + Float.MAX_VALUE);
        }
        return rounded;
    }

    private static long truth(byte value) {
        if (value != 0 && value != 1) {
            throw new InvalidCheckpointException(
                    "a truth value is stored as " + Byte.toUnsignedInt(value) + "; expected 0 or 1");
        }
        return value;
    }

    private static int halfToFloatBits(short half) {
        int sign = (half & 0x8000) << Short.SIZE;
        int exponent = half >> HALF_MANTISSA_BITS & 0x1f;
        int mantissa = half & 0x3ff;
        int widened = mantissa << FLOAT_MANTISSA_BITS - HALF_MANTISSA_BITS;
        if (exponent == 0x1f) {
            return sign | 0x7f800000 | widened;
        }
        if (exponent == 0) {
            // subnormal: mantissa · 2^-24, which float32 holds exactly
            return sign | Float.floatToIntBits(mantissa * 0x1p-24f);
        }
        return sign | exponent + EXPONENT_BIAS_GAP << FLOAT_MANTISSA_BITS | widened;
    }
}
