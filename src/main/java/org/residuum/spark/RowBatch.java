package org.residuum.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.residuum.backend.Slot;
import org.residuum.train.loop.Scores;

/** Rows whose pictures are computed together. */
final class RowBatch {
  private static final String NULL = "there is no picture: the column is null";

  private final Engine engine;
  private final Slot.Pictures pictures;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private CompletableFuture<List<float[]>> outputs;

  private RowBatch(Engine engine) {
    this.engine = engine;
    this.pictures = engine.borrow();
  }

  /** Decodes the next rows, as many as a batch has or are left, and submits them. */
  static RowBatch start(Iterator<Row> rows, Engine engine, PictureColumn column) {
    RowBatch batch = new RowBatch(engine);
    while (batch.rows.size() < engine.batch() && rows.hasNext()) {
      batch.add(rows.next(), column);
    }
    batch.outputs = engine.submit(batch.pictures, batch.rows.size());
    return batch;
  }

  /** Adds a row; where its picture cannot be read, the reason, and black in its place. */
  private void add(Row row, PictureColumn column) {
    int elements = engine.preprocessing().inputShape().elements();
    byte[] pixels = null;
    String reason = NULL;
    if (!row.isNullAt(column.index)) {
      try {
        pixels = column.fitWithMemory(row, engine.preprocessing()).pixels();
        reason = null;
      } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
        reason = Reason.of(column.name(row), e);
      }
    }
    int at = rows.size();
    pictures.pixels().put(at * elements, pixels == null ? new byte[elements] : pixels);
    pictures.crop(at, 0, 0, false);
    rows.add(row);
    reasons.add(reason);
  }

  /**
   * Waits for the outputs and gives the rows with two columns more.
   *
   * @param reading makes the first of them of a row of finite outputs
   */
  List<Row> results(Function<float[], Object> reading) {
    List<float[]> values = await();
    engine.giveBack(pictures);
    List<Row> results = new ArrayList<>(rows.size());
    for (int i = 0; i < values.size(); i++) {
      String reason = reasons.get(i);
      if (reason == null && !Output.areFinite(values.get(i))) {
        reason = Scores.NOT_FINITE;
      }
      results.add(
          result(rows.get(i), reason == null ? reading.apply(values.get(i)) : null, reason));
    }
    return results;
  }

  private List<float[]> await() {
    try {
      return outputs.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was interrupted while a batch computed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a batch failed on " + engine.key().device() + ": " + e.getCause(), e.getCause());
    }
  }

  private static Row result(Row row, Object output, String reason) {
    int width = row.size();
    Object[] cells = new Object[width + 2];
    for (int i = 0; i < width; i++) {
      cells[i] = row.get(i);
    }
    cells[width] = output;
    cells[width + 1] = reason;
    return RowFactory.create(cells);
  }
}
