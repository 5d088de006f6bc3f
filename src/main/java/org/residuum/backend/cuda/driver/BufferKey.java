package org.residuum.backend.cuda.driver;

import java.nio.ByteBuffer;

/** A buffer as itself: buffers of equal content are equal, and the content changes. */
public record BufferKey(ByteBuffer buffer) {
  @Override
  public boolean equals(Object other) {
    return other instanceof BufferKey that && that.buffer == buffer;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(buffer);
  }
}
