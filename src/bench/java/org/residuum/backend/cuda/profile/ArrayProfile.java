package org.residuum.backend.cuda.profile;

/** What a launch does to one array, as far as its sample tells. */
record ArrayProfile(String name, Direction read, Direction written) {
  static final int SECTOR = 32;

  /**
   * Reads or writes.
   *
   * @param requests instructions of warps
   * @param lanes that take part in them, counted once a request
   * @param sectors of 32 bytes that they move, counted once a request
   * @param bytes that the lanes ask for
   * @param distinct sectors of which something is touched
   */
  record Direction(double requests, double lanes, double sectors, double bytes, double distinct) {
    double movedBytes() {
      return SECTOR * sectors;
    }

    double distinctBytes() {
      return SECTOR * distinct;
    }

    double sectorsOfRequest() {
      return sectors / requests;
    }

    /** Bytes of an access of one lane, on average. */
    double width() {
      return bytes / lanes;
    }
  }

  /** Bytes of device memory where nothing is cached from before and nothing is moved twice. */
  double memoryBytes() {
    return read.distinctBytes() + written.distinctBytes();
  }

  double movedBytes() {
    return read.movedBytes() + written.movedBytes();
  }

  double requestedBytes() {
    return read.bytes + written.bytes;
  }
}
