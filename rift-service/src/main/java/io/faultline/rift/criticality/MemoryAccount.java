package io.faultline.rift.criticality;

/** What is left of a budget that several {@link TensorStore}s share. For one thread. */
final class MemoryAccount {
    private final ActivationBudget budget;
    private long taken;

    MemoryAccount(ActivationBudget budget) {
        this.budget = budget;
    }

    ActivationBudget budget() {
        return budget;
    }

    long taken() {
        return taken;
    }

    /** Takes memory if so much is left. */
    boolean take(long bytes) {
        if (bytes > budget.bytes() - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    void giveBack(long bytes) {
        taken -= bytes;
    }
}
