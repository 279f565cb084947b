package io.faultline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Expected values by Python 3.11's hashlib and struct: the first eight bytes, big endian and signed, of SHA-256 over the seed
 * as eight big-endian bytes followed by the purpose in UTF-8 or the counter as eight big-endian bytes.
 */
class SeedTest {
    @Test
    void seedOfAPurposeIsFixed() {
        assertThat(Seed.of(0).derive("train")).isEqualTo(Seed.of(-8815471485172871233L));
        assertThat(Seed.of(42).derive("held-out")).isEqualTo(Seed.of(-1340156930352022035L));
        assertThat(Seed.of(-1).derive("Größe")).isEqualTo(Seed.of(-2616773427001537916L));
    }

    @Test
    void seedOfACounterIsFixed() {
        assertThat(Seed.of(0).derive(0)).isEqualTo(Seed.of(3983162290893594069L));
        assertThat(Seed.of(42).derive(7)).isEqualTo(Seed.of(8219891749075198927L));
        assertThat(Seed.of(42).derive(-1L)).isEqualTo(Seed.of(5056960315909946796L));
    }

    @Test
    void derivationsDoNotMeet() {
        // When
        Set<Seed> seeds = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            for (int counter = 0; counter < 100; counter++) {
                seeds.add(Seed.of(seed).derive(counter));
                seeds.add(Seed.of(seed).derive(String.valueOf(counter)));
            }
        }

        // Then
        assertThat(seeds).hasSize(20_000);
    }

    @Test
    void generatorStartsAnewEachTime() {
        // Given
        Seed seed = Seed.of(5);

        // When
        long first = seed.generator().nextLong();

        // Then: SplitMix64 of seed 5, by the published algorithm (Steele, Lea and Flood, OOPSLA 2014)
        assertThat(seed.generator().nextLong()).isEqualTo(first).isEqualTo(7134611160154358618L);
        assertThat(new SplittableRandom(5).nextLong()).isEqualTo(first);
    }
}
