package io.faultline.recipe;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a training minimises. */
public enum Objective {
    /** Empirical risk minimisation: cross-entropy on the images as they are. */
    ERM("erm"),
    /** Adversarial training: cross-entropy on the worst images that the attack finds (Madry et al., ICLR 2018). */
    ADVERSARIAL("at"),
    /** Clean cross-entropy plus β times the divergence that an attack can cause (Zhang et al., ICML 2019). */
    TRADES("trades"),
    /** Boosted cross-entropy plus β times a divergence weighted by what is misclassified (Wang et al., ICLR 2020). */
    MART("mart"),
    /** TRADES with squared errors for divergences (Pang et al., ICML 2022). */
    SCORE("score"),
    /** Deconvolution-based adversarial training, the CUDA paper's adaptive defence (Sadasivan et al., CVPR 2023, Sec. 5.2). */
    DECONVOLUTION("dat");

    private final String wireName;

    Objective(String wireName) {
        this.wireName = wireName;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** Whether trained networks are to resist small perturbations, so that robust accuracy is measured. */
    public boolean robust() {
        return this != ERM && this != DECONVOLUTION;
    }

    @JsonCreator
    public static Objective parse(String name) {
        return Bounds.oneOf("objective", name, values(), Objective::wireName);
    }
}
