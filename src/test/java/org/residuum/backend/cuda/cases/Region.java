package org.residuum.backend.cuda.cases;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;

/**
 * What column sums look at of (rows, channels): chunks of rows from {@code firstChunk} on and
 * columns from {@code firstColumn} on. All of it on ordinary sizes; on sizes beyond 2^32 elements
 * the last chunk, or one row's last columns.
 */
record Region(long rows, int channels, int chunks, int firstChunk, int firstColumn) {
  /** The largest number of chunks, grid y. */
  private static final int MOST = 65_535;

  static Region all(int rows, int channels, int chunks) {
    return new Region(rows, channels, chunks, 0, 0);
  }

  /** Eleven rows, beyond 2^32, of so many channels. */
  static Region tall(int channels) {
    return new Region(65_539L * (MOST - 1) + 11, channels, MOST, MOST - 1, 0);
  }

  /** Three rows, the last of between 2^31 and 2^32, of so many channels. */
  static Region high(int channels) {
    return new Region(49_152L * (MOST - 1) + 3, channels, MOST, MOST - 1, 0);
  }

  /** The last columns of a row of over 2^17. */
  static Region wide(int columns) {
    int channels = ((1 << 17) / columns + 3) * columns;
    return new Region(MOST, channels, MOST, MOST - 1, channels - columns);
  }

  /** Where a chunk begins, or the rows end. */
  long begin(int chunk) {
    return Math.min((rows + chunks - 1) / chunks * chunk, rows);
  }

  int columns() {
    return channels - firstColumn;
  }

  /** The rows looked at. */
  int height() {
    return (int) (rows - begin(firstChunk));
  }

  int elements() {
    return height() * columns();
  }

  /** Where the elements lie in an array of all. */
  Spread elementsOfAll() {
    long start = begin(firstChunk) * channels + firstColumn;
    return new Spread(rows * channels, new long[] {start}, new int[] {elements()});
  }

  /** Where the partial sums lie, (sums, chunks, channels). */
  Spread partialsOfAll(int sums) {
    List<Long> starts = new ArrayList<>();
    for (int k = 0; k < sums; k++) {
      starts.add(((long) k * chunks + firstChunk) * channels + firstColumn);
    }
    int length = firstColumn > 0 ? columns() : (chunks - firstChunk) * channels;
    int[] lengths = starts.stream().mapToInt(start -> length).toArray();
    long[] begins = starts.stream().mapToLong(Long::longValue).toArray();
    return new Spread((long) sums * chunks * channels, begins, lengths);
  }

  /** Partial sums of elements i with p(i) and q(i): each product added in one step, and in two. */
  float[][] sums(List<Terms> terms) {
    int chunksSeen = chunks - firstChunk;
    float[][] both = new float[2][terms.size() * chunksSeen * columns()];
    for (int k = 0; k < terms.size(); k++) {
      for (int chunk = firstChunk; chunk < chunks; chunk++) {
        for (long r = begin(chunk); r < begin(chunk + 1); r++) {
          for (int c = 0; c < columns(); c++) {
            int at = (k * chunksSeen + chunk - firstChunk) * columns() + c;
            int i = (int) (r - begin(firstChunk)) * columns() + c;
            float p = terms.get(k).p(i);
            float q = terms.get(k).q(i);
            both[0][at] = Math.fma(p, q, both[0][at]);
            both[1][at] = both[1][at] + p * q;
          }
        }
      }
    }
    return both;
  }

  /** The two factors of what is added up. */
  interface Terms {
    float p(int i);

    default float q(int i) {
      return 1;
    }
  }

  @Override
  public String toString() {
    return rows + "×" + channels + " in " + chunks + " chunks";
  }
}
