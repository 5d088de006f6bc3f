package org.residuum.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;

/** How a row's picture is read. */
class PictureColumnTest {
  private static final Picture PICTURE = new Picture(1, 1, 1, new byte[1]);

  /** Fails in turn with what it is given, then has a picture. */
  private static final class Failing extends PictureColumn {
    private static final long serialVersionUID = 1;

    private final transient Deque<Throwable> failures;

    Failing(Throwable... failures) {
      super(0);
      this.failures = new ArrayDeque<>(List.of(failures));
    }

    @Override
    String name(Row row) {
      return "x";
    }

    @Override
    Picture fit(Row row, Preprocessing preprocessing) throws IOException {
      if (failures.isEmpty()) {
        return PICTURE;
      }
      Throwable next = failures.remove();
      if (next instanceof Error e) {
        throw e;
      }
      throw (IOException) next;
    }
  }

  @Test
  void pictureThatLacksMemoryHasASecondTry() throws IOException {
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");
    IOException told = new InvalidDataException("x: the heap is full", full);
    assertSame(PICTURE, new Failing(full).fitWithMemory(null, null));
    assertSame(PICTURE, new Failing(told).fitWithMemory(null, null));
    assertSame(
        told,
        assertThrows(IOException.class, () -> new Failing(full, told).fitWithMemory(null, null)));
    IOException damaged = new InvalidDataException("x: damaged");
    assertSame(
        damaged,
        assertThrows(IOException.class, () -> new Failing(damaged).fitWithMemory(null, null)));
  }

  @Test
  void filesElsewhereHaveTheLimitOfThoseHere() throws IOException {
    byte[] three = {1, 2, 3};
    assertArrayEquals(three, Storage.bytes("x", new ByteArrayInputStream(three), 3));
    assertEquals(
        "x: more than 2 bytes; replace it or leave it out",
        assertThrows(
                InvalidDataException.class,
                () -> Storage.bytes("x", new ByteArrayInputStream(three), 2))
            .getMessage());
  }

  @Test
  void colonsMayBeInNamesOfFiles() {
    assertEquals(
        "IMG:1.png: no such picture",
        assertThrows(InvalidDataException.class, () -> Storage.bytes("IMG:1.png")).getMessage());
  }
}
