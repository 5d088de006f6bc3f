package org.residuum.backend.cuda.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.residuum.network.Shape;

class ParameterRowsTest {
  private static FloatBuffer counting(int n) {
    FloatBuffer values = FloatBuffer.allocate(n);
    for (int i = 0; i < n; i++) {
      values.put(i, i + 1);
    }
    return values;
  }

  @Test
  void rowsOfWeightsArePaddedWithZerosAndChannelsComeLast() {
    Shape shape = Shape.of(2, 3, 1, 2);
    assertEquals(new ParameterRows(2, 6, 8), ParameterRows.of(shape));
    FloatBuffer device = FloatBuffer.allocate(16);
    for (int i = 0; i < 16; i++) {
      device.put(i, Float.NaN);
    }
    ParameterRows.toDevice(shape, counting(12), device);
    assertArrayEquals(
        new float[] {1, 3, 5, 2, 4, 6, 0, 0, 7, 9, 11, 8, 10, 12, 0, 0}, device.array());
  }

  @Test
  void othersAreDense() {
    assertEquals(new ParameterRows(1, 35, 35), ParameterRows.of(Shape.of(5, 7)));
    assertEquals(new ParameterRows(1, 3, 3), ParameterRows.of(Shape.of(3)));
    assertEquals(new ParameterRows(64, 576, 576), ParameterRows.of(Shape.of(64, 64, 3, 3)));
    assertEquals(new ParameterRows(64, 147, 152), ParameterRows.of(Shape.of(64, 3, 7, 7)));
    assertEquals(64 * 152, ParameterRows.of(Shape.of(64, 3, 7, 7)).elements());
  }
}
