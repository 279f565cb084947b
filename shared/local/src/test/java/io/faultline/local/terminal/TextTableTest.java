package io.faultline.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void figuresAreFlushRightAndWordsFlushLeft() {
        TextTable table = new TextTable("module", "MRC", "why")
                .row("layer4.1.conv2", "0.1", "lowest")
                .row("fc", "12.25", "");

        assertThat(table).hasToString("""
                        module            MRC  why
                        layer4.1.conv2    0.1  lowest
                        fc              12.25""");
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("row has 1 cells; the heading has 2");
    }
}
