package org.residuum.backend.cuda.profile;

/**
 * What a launch does to one array, as far as its sample tells.
 *
 * @param readRequests instructions of warps that read
 * @param readSectors sectors of 32 bytes that they move
 * @param readBytes bytes that their lanes ask for
 * @param readDistinct sectors of which something is read
 * @param writeRequests likewise
 */
record ArrayProfile(
    String name,
    double readRequests,
    double readSectors,
    double readBytes,
    double readDistinct,
    double writeRequests,
    double writeSectors,
    double writeBytes,
    double writeDistinct) {
  static final int SECTOR = 32;

  /** Bytes of device memory where nothing is cached from before and nothing is moved twice. */
  double memoryBytes() {
    return SECTOR * (readDistinct + writeDistinct);
  }

  double movedBytes() {
    return SECTOR * (readSectors + writeSectors);
  }

  double requestedBytes() {
    return readBytes + writeBytes;
  }
}
