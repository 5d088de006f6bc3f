package org.residuum.spark;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Classifies the rows of a partition in their order, in a task of an executor. What a row gets
 * depends on the partition's rows alone: not on other tasks, nor on how often this one is tried.
 */
record Partition(Work work, PictureColumn column) implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    Engine engine = work.engine();
    return new Results(rows, engine, column, work.reading(engine));
  }

  /** One batch computes while this thread decodes the next. */
  static final class Results implements Iterator<Row> {
    private static final int UNDER_WAY = 2;

    private final Iterator<Row> rows;
    private final Engine engine;
    private final PictureColumn column;
    private final Function<float[], Object> reading;
    private final Deque<RowBatch> underWay = new ArrayDeque<>();
    private Iterator<Row> ready = List.<Row>of().iterator();

    Results(
        Iterator<Row> rows,
        Engine engine,
        PictureColumn column,
        Function<float[], Object> reading) {
      this.rows = rows;
      this.engine = engine;
      this.column = column;
      this.reading = reading;
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext()) {
        while (underWay.size() < UNDER_WAY && rows.hasNext()) {
          underWay.add(RowBatch.start(rows, engine, column));
        }
        if (underWay.isEmpty()) {
          return false;
        }
        ready = underWay.remove().results(reading).iterator();
      }
      return true;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.next();
    }
  }
}
