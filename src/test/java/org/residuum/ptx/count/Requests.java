package org.residuum.ptx.count;

/**
 * Accesses to global memory of one direction. A request is one instruction of a warp; it moves the
 * sectors of 32 bytes that its lanes touch.
 */
public final class Requests {
  private long requests;
  private long sectors;
  private long bytes;
  private final SectorSet distinct = new SectorSet();

  void add(int sectorsOfRequest, long bytesOfRequest) {
    requests++;
    sectors += sectorsOfRequest;
    bytes += bytesOfRequest;
  }

  void touch(long address) {
    distinct.add(address);
  }

  public long requests() {
    return requests;
  }

  /** Sectors moved, counted once a request. */
  public long sectors() {
    return sectors;
  }

  /** Bytes that lanes asked for. */
  public long bytes() {
    return bytes;
  }

  /** Sectors of which some byte was touched, counted once. */
  public long distinctSectors() {
    return distinct.size();
  }
}
