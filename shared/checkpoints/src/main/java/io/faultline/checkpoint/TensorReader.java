package io.faultline.checkpoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the tensors of a PyTorch file, each from its place in the file. Names that share one tensor get one copy of it.
 *
 * <p>Tensors may overlap in a storage, so that a small file could name much; reading stops once it would have taken
 * {@value #MOST_TIMES_THE_FILE} times the file's size.
 */
final class TensorReader {
    // one for the file's bytes, eight for truth values kept as int64, and room for tensors that overlap
    private static final int MOST_TIMES_THE_FILE = 16;
    private static final long ALWAYS_ALLOWED = 1 << 20;

    private final ByteSource source;
    private final TorchPickle pickle;
    private final Map<TensorView, Safetensors.Tensor> read = new HashMap<>();
    private final Set<String> verified = new HashSet<>();
    private long budget;

    TensorReader(ByteSource source, TorchPickle pickle) {
        this.source = source;
        this.pickle = pickle;
        this.budget = ALWAYS_ALLOWED + MOST_TIMES_THE_FILE * source.size();
    }

    /** @throws InvalidCheckpointException if its bytes are damaged or the file names too much */
    Safetensors.Tensor read(TensorView view) throws IOException {
        Safetensors.Tensor known = read.get(view);
        if (known != null) {
            return known;
        }
        StoredNumbers numbers = view.storage().numbers();
        StoredZip.Entry place = pickle.storages().get(view.storage().key());
        budget -=
                view.span() * numbers.bytes() + view.elements() * numbers.type().bytes();
        if (budget < 0) {
            throw new InvalidCheckpointException("its tensors share their numbers and take more than "
                    + MOST_TIMES_THE_FILE + " times the file's " + source.size() + " bytes");
        }
        if (verified.add(place.name())) {
            place.verify(source);
        }
        byte[] span =
                source.read(place.position() + view.offset() * numbers.bytes(), (int) (view.span() * numbers.bytes()));
        byte[] rows = view.contiguous() ? span : gathered(view, span);
        Safetensors.Tensor tensor =
                new Safetensors.Tensor(numbers.type(), view.shape(), numbers.decode(rows, pickle.order()));
        read.put(view, tensor);
        return tensor;
    }

    /** The elements row by row, without what lies between them. */
    private static byte[] gathered(TensorView view, byte[] span) {
        int bytes = view.storage().numbers().bytes();
        byte[] rows = new byte[(int) view.elements() * bytes];
        int rank = view.shape().size();
        long[] extents = array(view.shape());
        long[] strides = array(view.strides());
        long[] index = new long[rank];
        long from = 0;
        for (int to = 0; to < rows.length; to += bytes) {
            System.arraycopy(span, (int) from * bytes, rows, to, bytes);
            for (int i = rank - 1; i >= 0; i--) {
                from += strides[i];
                if (++index[i] < extents[i]) {
                    break;
                }
                from -= extents[i] * strides[i];
                index[i] = 0;
            }
        }
        return rows;
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }
}
