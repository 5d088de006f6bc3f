package org.residuum.data.input;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.residuum.data.InvalidDataException;

/** Archives with random damage give pictures and failures, and nothing else. */
final class HostileArchivesTest extends InputFolder {
  private static final long SEED = 20_251_129;
  private static final int EACH = 400;

  private static byte[] tar() {
    TarBytes bytes = new TarBytes();
    for (int i = 0; i < 4; i++) {
      bytes.pax('x', "path", "long/" + "n".repeat(120) + i + ".png").file("cut", png(i));
      bytes.gnuName("g".repeat(120) + i + ".png").file("cut", png(i));
    }
    return bytes.end();
  }

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 4; i++) {
        out.putNextEntry(new ZipEntry("cat/" + i + ".png"));
        out.write(png(i));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] table() {
    return "path,label\na.png,1\n\"b.png\",2\nc.png,\"3\"\n".getBytes();
  }

  @Test
  void nothingButFailuresComesOfDamage() throws IOException {
    List<byte[]> whole = List.of(tar(), gzip(tar()), zip(), table());
    List<String> names = List.of("a.tar", "a.tgz", "a.zip", "a.csv");
    Random random = new Random(SEED);
    for (int kind = 0; kind < whole.size(); kind++) {
      for (int i = 0; i < EACH; i++) {
        byte[] bytes = whole.get(kind).clone();
        for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        requireFailuresOnly(write(names.get(kind), bytes), "seed " + SEED + ", " + kind + "/" + i);
      }
    }
  }

  private void requireFailuresOnly(Path file, String which) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          try (PictureInputs inputs = open(file)) {
            int count = 0;
            for (PictureInput one = inputs.next(); one != null; one = inputs.next()) {
              assertTrue(++count < 100, which + ": no end");
              requireBytesOrReason(one);
            }
          } catch (InvalidDataException e) { // None of it is left.
            assertTrue(e.getMessage().startsWith(file.toString()), which + ": " + e.getMessage());
          }
        },
        which);
  }

  private static void requireBytesOrReason(PictureInput one) throws IOException {
    try {
      one.bytes();
    } catch (InvalidDataException e) {
      String message = e.getMessage();
      assertTrue(message.startsWith(one.name() + ": "), message);
    }
  }
}
