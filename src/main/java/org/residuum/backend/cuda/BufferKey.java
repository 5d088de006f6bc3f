package org.residuum.backend.cuda;

import java.nio.ByteBuffer;

/** A buffer as itself: buffers of equal content are equal, and the content changes. */
record BufferKey(ByteBuffer buffer) {
  @Override
  public boolean equals(Object other) {
    return other instanceof BufferKey that && that.buffer == buffer;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(buffer);
  }
}
