package org.residuum.data.parquet;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Another program that reads and writes Parquet. */
public final class DuckDb implements AutoCloseable {
  private final Connection connection;
  private final Statement statement;

  public DuckDb() throws SQLException {
    this.connection = DriverManager.getConnection("jdbc:duckdb:");
    this.statement = connection.createStatement();
    statement.execute("set threads = 1");
  }

  public void run(String sql) throws SQLException {
    statement.execute(sql);
  }

  /** Writes the rows of a query, in groups of 2,048. */
  public void copy(String query, Path to, String options) throws SQLException {
    run(
        "copy ("
            + query
            + ") to "
            + quoted(to)
            + " (format parquet, row_group_size 2048, "
            + options
            + ")");
  }

  /** The rows of a query as text, their cells separated by bars. */
  public List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet results = statement.executeQuery(query)) {
      int columns = results.getMetaData().getColumnCount();
      while (results.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          cells.add(String.valueOf(results.getObject(i)));
        }
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }

  /** A file as a string in a query. */
  public static String quoted(Path file) {
    return "'" + file.toString().replace("'", "''") + "'";
  }

  @Override
  public void close() throws SQLException {
    statement.close();
    connection.close();
  }
}
