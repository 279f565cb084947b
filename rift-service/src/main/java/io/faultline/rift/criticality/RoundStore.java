package io.faultline.rift.criticality;

import io.faultline.checkpoint.Safetensors;
import java.util.Optional;

/** Where the work on one module is kept after each of its rounds, so that another process can go on from there. */
public interface RoundStore {
    /** Keeps nothing. */
    RoundStore NONE = new RoundStore() {
        @Override
        public Optional<Safetensors> kept() {
            return Optional.empty();
        }

        @Override
        public void keep(Safetensors state) {
            // forgotten
        }
    };

    /** What was kept last. */
    Optional<Safetensors> kept();

    /** Keeps the state after a round, in place of the last one. */
    void keep(Safetensors state);
}
