package org.residuum.spark;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.residuum.backend.Slot;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.train.loop.Scores;

/** Classifies the rows of a partition in their order, in a task of an executor. */
final class Partition implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final Work work;
  private final PictureColumn column;

  Partition(Work work, PictureColumn column) {
    this.work = work;
    this.column = column;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    return new Results(rows, work.engine());
  }

  /** One batch computes while the next is decoded. */
  private final class Results implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Engine engine;
    private final Function<float[], Object> reading;
    private final Deque<Batch> underWay = new ArrayDeque<>();
    private Iterator<Row> ready = List.<Row>of().iterator();

    Results(Iterator<Row> rows, Engine engine) {
      this.rows = rows;
      this.engine = engine;
      this.reading = work.output().of(engine.model(), work.top());
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext()) {
        while (underWay.size() < 2 && rows.hasNext()) {
          underWay.add(new Batch(rows));
        }
        if (underWay.isEmpty()) {
          return false;
        }
        ready = underWay.remove().results().iterator();
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

    /** Rows that are computed together. */
    private final class Batch {
      private final List<Row> inputs = new ArrayList<>();
      private final List<String> reasons = new ArrayList<>();
      private final Slot.Pictures pictures = engine.borrow();
      private final CompletableFuture<List<float[]>> outputs;

      Batch(Iterator<Row> rows) {
        while (inputs.size() < engine.batch() && rows.hasNext()) {
          Row row = rows.next();
          reasons.add(put(row, inputs.size()));
          inputs.add(row);
        }
        outputs = engine.submit(pictures, inputs.size());
      }

      /** Puts a row's picture into the batch, or black and gives the reason. */
      private String put(Row row, int at) {
        int elements = engine.preprocessing().inputShape().elements();
        String reason = null;
        byte[] pixels = new byte[elements];
        if (row.isNullAt(column.index)) {
          reason = "there is no picture, the column is null";
        } else {
          try {
            Picture fitted = column.fit(row, engine.preprocessing());
            pixels = fitted.pixels();
          } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            reason = reason(column.name(row), e);
          }
        }
        pictures.pixels().put(at * elements, pixels, 0, elements);
        pictures.crop(at, 0, 0, false);
        return reason;
      }

      private static String reason(String name, Throwable thrown) {
        String message = String.valueOf(InvalidDataException.of(name, thrown).getMessage());
        return message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message;
      }

      List<Row> results() {
        List<float[]> values = await();
        List<Row> results = new ArrayList<>(inputs.size());
        for (int i = 0; i < values.size(); i++) {
          results.add(result(inputs.get(i), values.get(i), reasons.get(i)));
        }
        return results;
      }

      private List<float[]> await() {
        try {
          List<float[]> values = outputs.get();
          engine.giveBack(pictures);
          return values;
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("the task was interrupted", e);
        } catch (ExecutionException e) {
          throw new IllegalStateException("a batch failed: " + e.getCause(), e.getCause());
        }
      }

      private Row result(Row input, float[] values, String failure) {
        String reason = failure == null && !Output.areFinite(values) ? Scores.NOT_FINITE : failure;
        Object[] cells = new Object[input.size() + 2];
        for (int i = 0; i < input.size(); i++) {
          cells[i] = input.get(i);
        }
        cells[input.size()] = reason == null ? reading.apply(values) : null;
        cells[input.size() + 1] = reason;
        return RowFactory.create(cells);
      }
    }
  }
}
