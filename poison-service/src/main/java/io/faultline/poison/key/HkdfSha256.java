package io.faultline.poison.key;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF over HMAC-SHA-256 (RFC 5869): extracts a pseudorandom key from input keying material and expands it to as many bytes
 * as are wanted, up to 255 blocks.
 */
final class HkdfSha256 {
    static final int BLOCK = 32;
    static final int LONGEST = 255 * BLOCK;

    private static final String HMAC = "HmacSHA256";

    private HkdfSha256() {}

    /**
     * RFC 5869, Sec. 2.2.
     *
     * @param salt any length; an empty one stands for 32 zero bytes
     * @return 32 bytes
     */
    static byte[] extract(byte[] salt, byte[] keyingMaterial) {
        return keyed(salt.length == 0 ? new byte[BLOCK] : salt).doFinal(keyingMaterial);
    }

    /**
     * RFC 5869, Sec. 2.3: T(i) = HMAC(prk, T(i − 1) | info | i).
     *
     * @throws IllegalArgumentException if more than 255 blocks are asked for
     */
    static byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
        if (length < 0 || length > LONGEST) {
            throw new IllegalArgumentException(length + " bytes asked of HKDF; it gives 0 to " + LONGEST);
        }
        Mac mac = keyed(pseudorandomKey);
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; done += BLOCK, counter++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) counter);
            block = mac.doFinal();
            System.arraycopy(block, 0, output, done, Math.min(BLOCK, length - done));
        }
        Arrays.fill(block, (byte) 0);
        return output;
    }

    private static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        } catch (InvalidKeyException e) {
            // without the cause: nothing that has touched key material goes into a log
            throw new IllegalStateException(HMAC + " refused a key of " + key.length + " bytes");
        }
    }
}
