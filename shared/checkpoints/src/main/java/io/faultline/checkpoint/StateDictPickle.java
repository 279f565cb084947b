package io.faultline.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes the pickle of a state dict, protocol 2: an OrderedDict whose tensors refer to storages "0", "1", … in order. */
final class StateDictPickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private StateDictPickle() {}

    static byte[] of(Map<String, TensorForm> tensors) {
        StateDictPickle pickle = new StateDictPickle();
        pickle.opcode(0x80).opcode(2);
        pickle.emptyOrderedDict();
        pickle.opcode('(');
        int storage = 0;
        for (Map.Entry<String, TensorForm> entry : tensors.entrySet()) {
            pickle.text(entry.getKey());
            pickle.tensor(entry.getValue(), Integer.toString(storage++));
        }
        pickle.opcode('u').opcode('.');
        return pickle.out.toByteArray();
    }

    private void tensor(TensorForm tensor, String storage) {
        global(AllowedGlobal.REBUILD_TENSOR);
        opcode('(');
        opcode('(').text("storage");
        global(
                switch (tensor.type()) {
                    case F32 -> AllowedGlobal.FLOAT_STORAGE;
                    case I64 -> AllowedGlobal.LONG_STORAGE;
                });
        text(storage).text("cpu").whole(tensor.elements());
        opcode('t').opcode('Q');
        whole(0).wholes(tensor.shape()).wholes(rowByRow(tensor.shape()));
        // no gradient required, no hooks
        opcode(0x89).emptyOrderedDict();
        opcode('t').opcode('R');
    }

    /** As PyTorch counts: an extent of 0 strides like one of 1. */
    private static List<Long> rowByRow(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(1, shape.get(i));
        }
        return List.of(strides);
    }

    private void emptyOrderedDict() {
        global(AllowedGlobal.ORDERED_DICT);
        opcode(')').opcode('R');
    }

    private void global(AllowedGlobal global) {
        opcode('c');
        out.writeBytes((global.module() + "\n" + global.member() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private StateDictPickle opcode(int opcode) {
        out.write(opcode);
        return this;
    }

    private StateDictPickle text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        opcode('X');
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        out.writeBytes(bytes);
        return this;
    }

    private StateDictPickle wholes(List<Long> values) {
        opcode('(');
        values.forEach(this::whole);
        return opcode('t');
    }

    private StateDictPickle whole(long value) {
        opcode(0x8a).opcode(Long.BYTES);
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }
}
