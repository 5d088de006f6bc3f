package org.residuum.data.decode.png;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class PngChunksTest {
  private static byte[] png(String... types) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    for (String type : types) {
      byte[] name = type.getBytes(StandardCharsets.US_ASCII);
      CRC32 crc = new CRC32();
      crc.update(name);
      out.writeInt(0);
      out.write(name);
      out.writeInt((int) crc.getValue());
    }
    return bytes.toByteArray();
  }

  /** Which of two sizes is meant cannot be told; Pillow refuses, too. */
  @Test
  void aSecondHeaderIsRefused() throws IOException {
    PngChunks.of(png("IHDR", "IDAT", "IEND"));
    byte[] two = png("IHDR", "IHDR", "IDAT", "IEND");
    String message = assertThrows(IOException.class, () -> PngChunks.of(two)).getMessage();
    assertEquals("a PNG with two headers (IHDR)", message);
  }
}
