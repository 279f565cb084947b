package io.faultline.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointFormatTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "empty, the file is empty",
        "short, the file is only 4 bytes long",
        "git-lfs, the file is a pointer of Git LFS",
        "gzip, the file is compressed",
        "hdf5, the file is HDF5",
        "noise, of no known format (it begins with 6465666768696a6b6c6d)",
        "npy, the file is a NumPy array",
        "npz, the file is a NumPy archive",
        "onnx, the file is ONNX",
        "pickle, the file is a plain Python pickle",
        "tar, the file is a tar archive",
        "torch-export, the file is an archive of torch.export",
        "torchscript, the file is a TorchScript archive",
        "web-page, the file is a web page"
    })
    void otherFormatsAreCalledByTheirName(String file, String message) {
        assertThatExceptionOfType(InvalidCheckpointException.class)
                .isThrownBy(() -> CheckpointFile.read(CheckpointSamples.file("foreign/" + file + ".pth")))
                .withMessageContaining(message);
    }

    @Test
    void theTableHasEveryFile() {
        assertThat(CheckpointSamples.names("foreign")).hasSize(14);
    }

    @ParameterizedTest
    @CsvSource({
        "good/zip.pth, TORCH_ARCHIVE",
        "good/legacy.pth, TORCH_LEGACY",
        "good/legacy-protocol4.pth, TORCH_LEGACY",
        "good/kinds.safetensors, SAFETENSORS"
    })
    void theContentTellsTheFormat(String file, CheckpointFormat format) throws Exception {
        assertThat(CheckpointFormat.of(ByteSource.of(CheckpointSamples.bytes(file))))
                .isEqualTo(format);
    }
}
