package io.faultline.poison.quality;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All that the gate found: the whole first, then by label.
 *
 * @param findings none if all is well
 */
public record QualityVerdict(List<QualityFinding> findings) {
    public QualityVerdict {
        findings = List.copyOf(findings);
    }

    /** Whether the data set must not be published. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public boolean broken() {
        return findings.stream().anyMatch(finding -> finding.severity() == QualityFinding.Severity.BROKEN);
    }
}
