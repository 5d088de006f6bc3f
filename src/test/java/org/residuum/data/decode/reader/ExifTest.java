package org.residuum.data.decode.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The types in which Pillow, too, takes an orientation. */
final class ExifTest {
  @ParameterizedTest
  @CsvSource({
    "3, 1, 6, 6",
    "4, 1, 6, 6",
    "8, 1, 6, 6",
    "9, 1, 6, 6",
    "1, 1, 6, 0",
    "3, 0, 6, 0",
    "3, 2, 6, 6",
    "3, 1, 9, 0",
    "9, 1, -6, 0"
  })
  void orientationOfEachType(int type, int count, int value, int expected) {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      ByteBuffer tiff = ByteBuffer.allocate(26).order(order);
      tiff.put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
          .putShort((short) 42);
      tiff.putInt(8).putShort((short) 1);
      tiff.putShort((short) 0x0112).putShort((short) type).putInt(count);
      if (type == 3 || type == 8) {
        tiff.putShort((short) value);
      } else {
        tiff.putInt(value);
      }
      assertEquals(expected, Exif.orientation(tiff.array()), order.toString());
    }
  }
}
