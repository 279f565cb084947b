package io.faultline.poison.cuda;

/**
 * One image's class-wise convolution, as bytes: for one thread, since it keeps its scratch memory between images.
 *
 * <p>Every implementation computes the same float32 numbers as PyTorch does on a processor with fused multiply-add, so that
 * its bytes are PyTorch's (checked for PyTorch 2.13.0 with oneDNN, x86-64):
 *
 * <ol>
 *   <li>a pixel is its level / 255, rounded to float;
 *   <li>a sum starts at 0 and takes up weight × pixel tap by tap, the filter's rows from the top, each row from the left, with
 *       one rounding per tap ({@link Math#fma(float, float, float)});
 *   <li>a value is sum / largest sum, rounded, then × 255, rounded, then brought to a level.
 * </ol>
 *
 * Taps outside the image may be left out or taken as 0: with weights from 0 both give the same sum. Sums are never negative, so
 * no value lies outside 0 to 255.
 *
 * @implNote {@code Math.fma} is one instruction on x86-64 since 2013 and on AArch64. Where a virtual machine hides it, the
 *     bytes stay the same but each tap costs a microsecond.
 *     <p>How the loops of {@link LaneKernel} and {@link RowKernel} are written follows from what HotSpot's C2 of JDK 17 turns into
 *     vector instructions (measured on 17.0.15 and 25.0): loops over one index {@code i} where every array, or every region of
 *     one array, is read and written at {@code i} plus a compile-time constant that is a multiple of 16. One access at
 *     {@code i + 3} or at {@code i + offset} beside one at {@code i} leaves the loop scalar, about four times slower; so does a
 *     body of nine taps, and a running maximum in one variable is eleven times slower. Hence the shifted copies, which
 *     {@code System.arraycopy} makes for a fraction of a tap's price, few taps per loop, and maxima per place. JDK 17 has no
 *     vector form of the casts between byte, int and float either. A loop that adds to two rows at once is a quarter faster
 *     where it becomes vector code, but whether it does changes with what it is inlined into; where not, it is three times slower.
 *     {@link VectorKernel} names the vectors itself; it is there only where the virtual machine has the module for it.
 */
sealed interface ConvolutionKernel permits PointKernel, LaneKernel, RowKernel, VectorKernel {
    /**
     * Fills {@code levels}; all zero where every sum is 0.
     *
     * @param pixels height × width × (R, G, B)
     * @param weights k² entries, row by row, each 0 to 1
     * @param levels as many bytes as {@code pixels}, all zero
     */
    void apply(byte[] pixels, int height, int width, float[] weights, Rounding rounding, byte[] levels);
}
