package org.residuum.data.input.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class GuardedGzipTest {
  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void bombIsNoticedWithoutUnpackingItAll() throws IOException {
    byte[] bomb = gzip(new byte[1 << 20]);
    InputStream in = new GuardedGzip(new ByteArrayInputStream(bomb), 1 << 18);
    String message = assertThrows(IOException.class, in::readAllBytes).getMessage();
    assertTrue(message.startsWith("a bomb: "), message);
    try (InputStream free = new GuardedGzip(new ByteArrayInputStream(bomb), 1 << 20)) {
      assertEquals(1 << 20, free.readAllBytes().length);
    }
  }
}
