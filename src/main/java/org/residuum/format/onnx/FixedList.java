package org.residuum.format.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The elements of a repeated field of fixed width, little endian: a view of the file where they
 * came packed in one piece, a copy where not.
 */
final class FixedList {
  private final int width;
  private ByteBuffer bytes = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
  private boolean owned;

  FixedList(int width) {
    this.width = width;
  }

  int width() {
    return width;
  }

  boolean isEmpty() {
    return bytes.limit() == 0;
  }

  void addPacked(ByteBuffer packed) {
    if (isEmpty()) {
      bytes = packed;
    } else {
      grow(packed.limit());
      bytes.put(bytes.limit() - packed.limit(), packed, 0, packed.limit());
    }
  }

  void addOne(ByteBuffer source, int index) {
    grow(width);
    bytes.put(bytes.limit() - width, source, index, width);
  }

  private void grow(int more) {
    int size = bytes.limit();
    if (!owned || size + more > bytes.capacity()) {
      ByteBuffer larger = ByteBuffer.allocate(Math.max(64, 2 * (size + more)));
      larger.put(0, bytes, 0, size);
      bytes = larger.order(ByteOrder.LITTLE_ENDIAN);
      owned = true;
    }
    bytes.limit(size + more);
  }

  ByteBuffer bytes() {
    return bytes;
  }
}
