package io.faultline.rift.criticality;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Sheets in memory as far as an account goes, beyond it in one temporary file that nobody else sees. For one thread.
 *
 * @implNote the file is opened so that it is deleted at its end; on Linux the JDK deletes its name at once, so that not even a killed
 *     process leaves it behind
 */
final class TensorStore implements AutoCloseable {
    private final NDManager manager;
    private final MemoryAccount account;
    private long inMemory;
    private FileChannel file;
    private long fileEnd;

    TensorStore(NDManager parent, MemoryAccount account) {
        manager = parent.newSubManager();
        this.account = account;
    }

    /** A sheet without rows yet. */
    Sheet sheet() {
        return new Pieces();
    }

    /** Bytes in the temporary file; 0 if there is none. */
    long spilled() {
        return fileEnd;
    }

    @Override
    public void close() {
        manager.close();
        account.giveBack(inMemory);
        inMemory = 0;
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private FileChannel file() throws IOException {
        if (file == null) {
            Path path = Files.createTempFile(account.budget().directory(), "activations", ".tmp");
            file = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        }
        return file;
    }

    /** Rows that were kept together. */
    private interface Piece {
        long rows();

        /** @return with the channels last also in the shape */
        NDArray read(long from, long to, NDManager scope);
    }

    private record InMemory(NDArray tensor) implements Piece {
        @Override
        public long rows() {
            return tensor.getShape().get(0);
        }

        @Override
        public NDArray read(long from, long to, NDManager scope) {
            NDArray view = tensor.get(new NDIndex("{}:{}", from, to));
            view.attach(scope);
            return view;
        }
    }

    private record InFile(FileChannel file, long offset, Shape shape, Device device) implements Piece {
        @Override
        public long rows() {
            return shape.get(0);
        }

        @Override
        public NDArray read(long from, long to, NDManager scope) {
            long row = shape.slice(1).size() * Float.BYTES;
            Shape part = new Shape(to - from).addAll(shape.slice(1));
            NDArray rows = scope.create(part, DataType.FLOAT32, Device.cpu());
            ByteBuffer bytes = rows.toByteBuffer(true);
            long place = offset + from * row;
            try {
                while (bytes.hasRemaining()) {
                    int read = file.read(bytes, place);
                    if (read < 0) {
                        throw new EOFException("the temporary file of activations ends at " + file.size() + ", before "
                                + place + "; has somebody cut it off?");
                    }
                    place += read;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return rows.toDevice(device, false);
        }
    }

    private final class Pieces implements Sheet {
        private final List<Piece> pieces = new ArrayList<>();

        @Override
        public void append(NDArray rows) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray ordered = isImage(rows) ? rows.transpose(0, 2, 3, 1) : rows.stopGradient();
                ordered.attach(scope);
                long bytes = rows.getShape().size() * Float.BYTES;
                if (account.take(bytes)) {
                    inMemory += bytes;
                    // a duplicate keeps the order in memory, a flat array has but one
                    NDArray copy = ordered.reshape(-1).duplicate().reshape(ordered.getShape());
                    copy.attach(manager);
                    pieces.add(new InMemory(copy));
                } else {
                    pieces.add(spill(ordered));
                }
            }
        }

        private Piece spill(NDArray rows) {
            try {
                ByteBuffer bytes = rows.toByteBuffer(true);
                Piece piece = new InFile(file(), fileEnd, rows.getShape(), rows.getDevice());
                while (bytes.hasRemaining()) {
                    fileEnd += file.write(bytes, fileEnd);
                }
                return piece;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public NDArray read(long from, long to, NDManager scope) {
            NDList parts = new NDList();
            long begin = 0;
            for (Piece piece : pieces) {
                long end = begin + piece.rows();
                if (from < end && to > begin) {
                    parts.add(piece.read(Math.max(from, begin) - begin, Math.min(to, end) - begin, scope));
                }
                begin = end;
            }
            if (from < 0 || from >= to || to > begin) {
                throw new IllegalArgumentException(
                        "rows " + from + " to " + to + " were asked for; there are " + begin);
            }
            NDArray whole = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
            return whole.getShape().dimension() == 4 ? whole.transpose(0, 3, 1, 2) : whole;
        }

        private static boolean isImage(NDArray rows) {
            return rows.getShape().dimension() == 4;
        }
    }
}
