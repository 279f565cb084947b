package io.faultline.poison.cuda;

/** How the kernels reach the processor's vector registers. All give the same bytes. */
public enum Arithmetic {
    /** By loops that the virtual machine's compiler turns into vector instructions where it can. */
    LOOPS {
        @Override
        boolean suits(int kernelSize, int width) {
            return false;
        }
    },
    /**
     * By name, through the module {@code jdk.incubator.vector}: about three times as fast. A virtual machine has it if it was
     * started with {@code --add-modules jdk.incubator.vector}.
     */
    VECTORS {
        @Override
        boolean suits(int kernelSize, int width) {
            return VectorKernel.suits(kernelSize, width);
        }
    };

    private static final String MODULE = "jdk.incubator.vector";

    /** The fastest that this virtual machine has. */
    public static Arithmetic present() {
        return ModuleLayer.boot().findModule(MODULE).isPresent() ? VECTORS : LOOPS;
    }

    /** Whether a {@link VectorKernel} may and should take images of this width. */
    abstract boolean suits(int kernelSize, int width);
}
