package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the elements of storages are. */
@FunctionalInterface
interface Storages {
  /** All bytes of the whole storage, in the byte order they were written in. */
  ByteBuffer bytes(StorageRef storage) throws IOException;
}
