package org.residuum.data.source;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.residuum.data.InvalidDataException;

/**
 * Reads the idx format of MNIST, plain or gzipped: a magic number {@code 0 0 8 rank}, the extents
 * as big-endian 32-bit numbers, then unsigned bytes. See LeCun, Cortes and Burges, "The MNIST
 * database of handwritten digits".
 *
 * @param extents the extents, outermost first
 * @param rows an entry of the outermost extent each
 */
record Idx(int[] extents, byte[][] rows) {
  private static final int MAX_ROW_BYTES = 1 << 24;
  private static final int BUFFER = 1 << 16;

  /** Reads an idx file of unsigned bytes with {@code rank} extents. */
  static Idx read(Path file, int rank) throws IOException {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      return read(file, rank, isGzip(raw) ? gunzip(raw) : raw);
    } catch (EOFException e) {
      throw new InvalidDataException(
          file + ": truncated: its gzip stream ends early; fetch the file again", e);
    } catch (ZipException e) {
      throw new InvalidDataException(
          file + ": damaged gzip data (" + e.getMessage() + "); fetch the file again", e);
    }
  }

  private static boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  private static InputStream gunzip(InputStream in) throws IOException {
    return new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
  }

  private static Idx read(Path file, int rank, InputStream in) throws IOException {
    int[] extents = header(file, rank, in);
    long rowBytes = 1;
    for (int axis = 1; axis < rank; axis++) {
      rowBytes *= extents[axis];
      if (rowBytes < 1 || rowBytes > MAX_ROW_BYTES) {
        throw new InvalidDataException(
            ("%s: extent %s on axis %s makes an example of no bytes or over %s; the"
                    + " header is damaged, fetch the file again")
                .formatted(file, extents[axis], axis, MAX_ROW_BYTES));
      }
    }
    // Grows with what is really there: a count that lies costs no memory.
    List<byte[]> rows = new ArrayList<>();
    for (int i = 0; i < extents[0]; i++) {
      rows.add(row(file, in, i, extents[0], (int) rowBytes));
    }
    if (in.read() >= 0) {
      throw new InvalidDataException(
          "%s: more bytes than the %s examples of its header; fetch the file again"
              .formatted(file, extents[0]));
    }
    return new Idx(extents, rows.toArray(byte[][]::new));
  }

  private static int[] header(Path file, int rank, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(4 + 4 * rank);
    if (bytes.length >= 4) {
      int magic = int32(bytes, 0);
      if (magic != 0x800 + rank) {
        throw new InvalidDataException(
            String.format(
                "%s: magic number 0x%08x, expected 0x%08x (idx, unsigned bytes, %d axes);"
                    + " are images and labels swapped?",
                file, magic, 0x800 + rank, rank));
      }
    }
    if (bytes.length < 4 + 4 * rank) {
      throw new InvalidDataException(
          "%s: ends after %s bytes, inside its header of %s; fetch the file again"
              .formatted(file, bytes.length, 4 + 4 * rank));
    }
    int[] extents = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = int32(bytes, 4 + 4 * axis);
    }
    if (extents[0] < 1) {
      throw new InvalidDataException(
          file + ": claims " + extents[0] + " examples, at least 1 expected; fetch the file again");
    }
    return extents;
  }

  private static byte[] row(Path file, InputStream in, int index, int count, int rowBytes)
      throws IOException {
    byte[] row = in.readNBytes(rowBytes);
    if (row.length < rowBytes) {
      throw new InvalidDataException(
          "%s: truncated: %s bytes missing from example %s of %s on; fetch the file again"
              .formatted(file, (long) (count - index) * rowBytes - row.length, index, count));
    }
    return row;
  }

  private static int int32(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 255) << 16
        | (bytes[at + 2] & 255) << 8
        | (bytes[at + 3] & 255);
  }
}
