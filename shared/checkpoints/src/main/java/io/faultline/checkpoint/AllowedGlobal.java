package io.faultline.checkpoint;

import static io.faultline.checkpoint.InvalidCheckpointException.excerpt;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every Python function and class that a checkpoint may name; a pickle that names another is refused there and then. */
enum AllowedGlobal {
    ORDERED_DICT("collections", "OrderedDict"),
    /** A dict of counts, which schedulers of learning rates leave in checkpoints. */
    COUNTER("collections", "Counter"),
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
    SIZE("torch", "Size"),
    DOUBLE_STORAGE("torch", "DoubleStorage", StoredNumbers.F64),
    FLOAT_STORAGE("torch", "FloatStorage", StoredNumbers.F32),
    HALF_STORAGE("torch", "HalfStorage", StoredNumbers.F16),
    BFLOAT16_STORAGE("torch", "BFloat16Storage", StoredNumbers.BF16),
    LONG_STORAGE("torch", "LongStorage", StoredNumbers.I64),
    INT_STORAGE("torch", "IntStorage", StoredNumbers.I32),
    SHORT_STORAGE("torch", "ShortStorage", StoredNumbers.I16),
    CHAR_STORAGE("torch", "CharStorage", StoredNumbers.I8),
    BYTE_STORAGE("torch", "ByteStorage", StoredNumbers.U8),
    BOOL_STORAGE("torch", "BoolStorage", StoredNumbers.BOOL),
    /** A number as NumPy pickles it, such as an accuracy beside the weights; NumPy 2 renamed the module. */
    NUMPY_SCALAR("numpy._core.multiarray", "scalar"),
    NUMPY_SCALAR_BEFORE_2("numpy.core.multiarray", "scalar"),
    NUMPY_DTYPE("numpy", "dtype"),
    /** How pickle protocol 2 writes bytes. */
    ENCODE("_codecs", "encode");

    private final String module;
    private final String member;
    private final StoredNumbers numbers;

    AllowedGlobal(String module, String member) {
        this(module, member, null);
    }

    AllowedGlobal(String module, String member, StoredNumbers numbers) {
        this.module = module;
        this.member = member;
        this.numbers = numbers;
    }

    /** @throws InvalidCheckpointException if a checkpoint may not name it */
    static AllowedGlobal of(String module, String member) {
        return Arrays.stream(values())
                .filter(global -> global.module.equals(module) && global.member.equals(member))
                .findFirst()
                .orElseThrow(() -> new InvalidCheckpointException("the checkpoint asks for '" + excerpt(module) + "."
                        + excerpt(member) + "', which no state dict needs; it was refused and nothing of it was run."
                        + " Allowed: "
                        + Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", "))
                        + ". If you trust the file, load it in Python and save the network's state_dict() alone"));
    }

    /** What a storage of this class holds, if it is one. */
    Optional<StoredNumbers> storageOf() {
        return Optional.ofNullable(numbers);
    }

    String module() {
        return module;
    }

    String member() {
        return member;
    }

    @Override
    public String toString() {
        return module + "." + member;
    }
}
