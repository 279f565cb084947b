package io.faultline.backing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresNodeIT {
    @TempDir
    Path directory;

    @Test
    void committedRowsSurviveAStopAKillAndANewNodeOnTheSameData() throws SQLException {
        // Given
        Path data = directory.resolve("data");
        try (PostgresNode postgres = PostgresNode.start(data, 0)) {
            execute(postgres, "CREATE TABLE job (id int)", "INSERT INTO job VALUES (1)");

            // When
            postgres.stop();
            postgres.restart();
            execute(postgres, "INSERT INTO job VALUES (2)");
            postgres.kill();
            postgres.restart();

            // Then
            assertThat(rows(postgres)).isEqualTo(2);
        }

        // When
        try (PostgresNode another = PostgresNode.start(data, 0)) {
            // Then
            assertThat(rows(another)).isEqualTo(2);
        }
    }

    @Test
    void nobodyGetsInWithoutThePasswordThatOnlyTheOwnerCanRead() throws Exception {
        // Given
        Path data = directory.resolve("data");
        try (PostgresNode postgres = PostgresNode.start(data, 0)) {
            for (String role : new String[] {"postgres", postgres.username()}) {

                // When, Then
                assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), role, "guessed"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("password authentication failed");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aServerThatDoesNotStartIsReportedWithItsLastLogLines() throws Exception {
        // Given: a directory that is no database
        Path data = directory.resolve("data");
        Files.createDirectories(data.resolve("tables"));
        Files.writeString(data.resolve("tables").resolve("postgresql.conf"), "nonsense");

        // When, Then
        assertThatThrownBy(() -> PostgresNode.start(data, 0))
                .isInstanceOf(BackingServiceException.class)
                .hasMessageContaining("PostgreSQL ended while it started (exit code 1)")
                .hasMessageContaining("syntax error in file");
    }

    private static void execute(PostgresNode postgres, String... statements) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static int rows(PostgresNode postgres) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM job")) {
            count.next();
            return count.getInt(1);
        }
    }

    private static Connection connect(PostgresNode postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.username(), postgres.password());
    }
}
