package io.faultline.gateway.job;

import java.sql.SQLException;
import java.util.Set;

/** Tells a fault that passes with the database's absence from one that stays. */
public final class DatabaseAbsence {
    /** Classes of SQLSTATE: connection, transaction rolled back by a conflict, resources, operator's intervention. */
    private static final Set<String> PASSING = Set.of("08", "40", "53", "57");

    private DatabaseAbsence() {}

    /** Whether the same transaction may succeed later. */
    public static boolean causes(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                // the pool's own refusals have no state
                return sql.getSQLState() == null
                        || (sql.getSQLState().length() == 5
                                && PASSING.contains(sql.getSQLState().substring(0, 2)));
            }
        }
        return false;
    }
}
