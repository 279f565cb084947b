package io.faultline.dataset.download;

import java.net.URI;
import java.util.List;

/**
 * The data sets of the papers that their authors let everyone download, by name.
 *
 * <p>What is known of each file, and from where: CIFAR's MD5 from its authors' page. The sizes and SHA-256 of both CIFAR archives
 * from TensorFlow Datasets ({@code url_checksums/cifar10.txt}, {@code cifar100.txt} in its repository). Tiny-ImageNet has no
 * digest from its publisher: its size, MD5 and SHA-256 are those that independent projects record of the file at that address,
 * agreeing with each other. ImageNet itself is not among them, since its licence wants a login.
 *
 * <p>All are free for research; look at their pages before any other use.
 */
public final class OfficialDatasets {
    private static final List<RemoteFile> FILES = List.of(
            new RemoteFile(
                    "cifar-10",
                    URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                    170_052_171,
                    List.of(
                            Checksum.sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
                            Checksum.md5("c32a1d4ab5d03f1284b67883e8d87530"))),
            new RemoteFile(
                    "cifar-100",
                    URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
                    168_513_733,
                    List.of(
                            Checksum.sha256("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
                            Checksum.md5("03b5dce01913d631647c71ecec9e9cb8"))),
            new RemoteFile(
                    "tiny-imagenet",
                    URI.create("http://cs231n.stanford.edu/tiny-imagenet-200.zip"),
                    248_100_043,
                    List.of(
                            Checksum.sha256("6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821"),
                            Checksum.md5("90528d7ca1a48142e341f4ef8d21d0de"))));

    private OfficialDatasets() {}

    public static List<String> names() {
        return FILES.stream().map(RemoteFile::dataset).toList();
    }

    /** @throws IllegalArgumentException for a name that is not in {@link #names} */
    public static RemoteFile named(String name) {
        return FILES.stream()
                .filter(file -> file.dataset().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no data set named '" + name
                        + "' is known for download; allowed: " + String.join(", ", names())
                        + ", or a file of your own by its address, size and SHA-256"));
    }
}
