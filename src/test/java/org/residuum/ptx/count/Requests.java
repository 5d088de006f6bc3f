package org.residuum.ptx.count;

/**
 * Accesses to global memory of one direction. A request is one instruction of a warp; it moves the
 * sectors of 32 bytes that its lanes touch.
 */
public final class Requests {
  private long requests;
  private long sectors;
  private long lanes;
  private long bytes;
  private long firstBlock = -1;
  private final SectorSet distinct = new SectorSet();

  void add(int sectorsOfRequest, int lanesOfRequest, int bytesOfLane) {
    requests++;
    sectors += sectorsOfRequest;
    lanes += lanesOfRequest;
    bytes += (long) lanesOfRequest * bytesOfLane;
  }

  void touch(long address) {
    distinct.add(address);
  }

  void blockEnds() {
    firstBlock = firstBlock < 0 ? distinct.size() : firstBlock;
  }

  /** Distinct sectors that the first block did not touch, but others did. */
  public long sectorsAfterFirstBlock() {
    return distinct.size() - Math.max(0, firstBlock);
  }

  public long requests() {
    return requests;
  }

  /** Sectors moved, counted once a request. */
  public long sectors() {
    return sectors;
  }

  /** Lanes that took part, counted once a request. */
  public long lanes() {
    return lanes;
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
